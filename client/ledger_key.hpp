// Which key a ledger's checkpoints are verified with: given, pinned in ~/.config/seald/ledger.vkey, or, as the weakest,
// what the daemon itself says.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "client/api_client.hpp"
#include "core/checkpoint.hpp"

namespace seald {

struct LedgerKey {
    NoteVerifier verifier;
    bool pinned;         // false: taken from the daemon just now, which could lie
    std::string source;  // for people
};

// A verifier key, or a file that holds one.
Result<NoteVerifier> decode_ledger_key(const std::string& text_or_file);
// `given` empty: the pinned one; nothing if there is none.
Result<std::optional<LedgerKey>> find_own_ledger_key(const std::string& given);
// For what lies in a folder without a daemon: given, pinned, or ledger.vkey beside it, which whoever made the copy chose.
Result<LedgerKey> find_ledger_key_for(const std::string& given, const std::filesystem::path& folder);
Result<LedgerKey> fetch_ledger_key(const ApiClient& api);

}  // namespace seald
