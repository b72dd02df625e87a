#include "client/recorded_signatures.hpp"

#include <algorithm>
#include <array>

#include "client/recorded_approval.hpp"
#include "client/recorded_confirmation.hpp"
#include "client/recorded_proof.hpp"
#include "core/json.hpp"

namespace seald {
namespace {

constexpr std::size_t most_failures = 20;

std::string number(std::uint64_t value) { return std::to_string(value); }

bool may_have_signature(std::string_view entry) {
    constexpr std::array<std::string_view, 4> marks = {"\"proof\":", "\"kind\":\"decision\"", "\"kind\":\"act-confirmed\"", "\"kind\":\"seal-destroyed\""};
    return std::ranges::any_of(marks, [&](std::string_view mark) { return entry.find(mark) != entry.npos; });
}

}  // namespace

void RecordedSignatures::look_at(std::uint64_t index, std::string_view entry) {
    if (!may_have_signature(entry)) return;
    auto fields = parse_json_object(entry);
    if (!fields) return;  // its hash says that it was recorded so
    if (auto attached = attach_all(*fields, find_); !attached) return fail(index, attached.error().message);
    const auto proof = check_recorded_proof(*fields);
    if (!proof) return fail(index, proof.error().message);
    const auto decision = check_recorded_approval(*fields);
    if (!decision) return fail(index, decision.error().message);
    const auto confirmations = check_recorded_confirmations(*fields);
    if (!confirmations) return fail(index, confirmations.error().message);
    confirmations_ += confirmations->size();
    if (*proof) ++proofs_;
    if (*decision) ++decisions_;
    if (!*decision && fields->contains("approval") && !fields->contains("approval_key")) ++without_key_;
}

void RecordedSignatures::fail(std::uint64_t index, const std::string& words) {
    if (++failures_ <= most_failures) failed_.push_back({"entry " + number(index), Outcome::failed, words});
}

std::vector<Check> RecordedSignatures::verdict() const {
    std::vector<Check> checks = failed_;
    if (failures_ > most_failures) checks.push_back({"signatures inside entries", Outcome::failed, number(failures_) + " are wrong; these are the first"});
    if (failures_ == 0)
        checks.push_back({"signatures inside entries", Outcome::passed,
                          number(proofs_) + " proofs of use, " + number(decisions_) + " decisions and " + number(confirmations_) + " confirmations of acts, each signed with the key in its entry, and saying what it says"});
    if (without_key_ > 0)
        checks.push_back({"decisions", Outcome::not_checked, number(without_key_) + " are from before their entries had the key: `ledger show` has the signed decision"});
    return checks;
}

}  // namespace seald
