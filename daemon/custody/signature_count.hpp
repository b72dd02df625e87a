// What a device says how often a key has signed, held against the ledger: an entry `signature-count`.
#pragma once
#include <optional>
#include <vector>

#include "daemon/ledger/use_tally.hpp"

namespace seald {

inline constexpr std::string_view signature_count_kind = "signature-count";

struct SignatureCount {
    enum class Verdict { first, agrees, differs };  // first: there is nothing yet to hold it against

    CountedKey key;
    std::string token_serial;
    std::uint64_t count = 0;  // as the device says
    ReadBetween read;
    std::uint64_t from = 0;   // where a tally that begins with this one begins
    Verdict verdict = Verdict::first;
    struct Since {
        std::uint64_t index = 0, count = 0;  // the entry, and what the device said then
        friend bool operator==(const Since&, const Since&) = default;
    };
    std::optional<Since> since;                 // not with the first
    std::uint64_t at_least = 0, at_most = 0;    // uses since then, by the ledger

    // Whether nothing was under way: then one can count on from here without a doubt.
    bool settled() const { return from == read.asked && read.asked == read.answered; }
};
std::string_view to_string(SignatureCount::Verdict verdict);

// The device's count since `earlier`, judged.
void judge(SignatureCount& now, const SignatureCount::Since& earlier, const UseTally& tally);

// "counted" is the difference of the two counts; negative when the device's went back.
boost::json::object to_fields(const SignatureCount& count);
Result<SignatureCount> decode_signature_count(const Entry& entry);

struct StoredSignatureCount {
    std::uint64_t index = 0;
    Timestamp time{};
    SignatureCount count;
};
// The last one of the key, or none.
Result<std::optional<StoredSignatureCount>> latest_signature_count(Database& database, const CountedKey& key);

}  // namespace seald
