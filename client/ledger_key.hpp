// Which keys a ledger's checkpoints are verified with: from the one that is given, pinned in ~/.config/seald/ledger.vkey, or,
// as the weakest, what the daemon itself says, to those that its proven changes lead to.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "client/api_client.hpp"
#include "core/ledger_keys.hpp"

namespace seald {

struct LedgerKey {
    PinnedKey known;
    LedgerKeys keys;
    bool pinned;         // false: taken from the daemon just now, which could lie
    std::string source;  // for people

    // With changes that came from anywhere: they prove themselves. verification_failed where they contradict what is known.
    Result<LedgerKey> followed(const std::vector<std::string>& receipts) const;
};

// A verifier key, or a file that holds one, and maybe the changes of the key below it.
Result<LedgerKeys> decode_ledger_key(const std::string& text_or_file);
Result<std::vector<std::string>> read_key_changes(const std::filesystem::path& file);  // the changes in such a file
// `given` empty: the pinned one; nothing if there is none.
Result<std::optional<LedgerKey>> find_own_ledger_key(const std::string& given);
// For what lies in a folder without a daemon: given, pinned, or ledger.vkey beside it, which whoever made the copy chose.
Result<LedgerKey> find_ledger_key_for(const std::string& given, const std::filesystem::path& folder);
Result<LedgerKey> fetch_ledger_key(const ApiClient& api);
Result<LedgerKey> follow_daemons_changes(const ApiClient& api, const LedgerKey& known);

}  // namespace seald
