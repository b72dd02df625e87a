// The ledger's private key on the disk. While it is changed there are two: ledger.key, and ledger.key.new, which is in force
// from the commit on that says so. Whatever moment a crash picks, the database tells which one it is; the other one is
// overwritten and removed.
#pragma once
#include <filesystem>

#include "core/checkpoint.hpp"

namespace seald {

std::filesystem::path ledger_key_file(const std::filesystem::path& state_dir);   // ledger.key
std::filesystem::path ledger_vkey_file(const std::filesystem::path& state_dir);  // ledger.vkey: its public half, for people

// At start: ends a change that a crash interrupted, and loads the key. unavailable where there is no state.
Result<NoteSigner> load_ledger_key(const std::filesystem::path& state_dir, const std::string& daemon_id);
// Durable before it returns; not in force.
Result<NoteSigner> make_next_ledger_key(const std::filesystem::path& state_dir, const NoteVerifier& current);
// Afterwards ledger.key is the key in force, and there is no other. Changes nothing when neither file is that key.
Result<void> settle_ledger_key(const std::filesystem::path& state_dir, const NoteVerifier& current);

}  // namespace seald
