// The rules about one use, whoever approved it: when, how often, how many files, with which digests, and whether the caller
// was trained for it. They hold at the moment of sealing; those that cannot change until then hold when applying, too.
#pragma once
#include <vector>

#include "daemon/model/application.hpp"
#include "daemon/model/caller.hpp"
#include "daemon/model/policy.hpp"
#include "daemon/model/training.hpp"

namespace seald {

// What the store knows about the caller.
struct CallerFacts {
    std::vector<TrainingRecord> training = {};
    unsigned uses_in_window = 0;  // of this seal, in the window of the policy's rate
    unsigned uses_today = 0;
};

// office-hours, rate-limit, daily-limit: what stands against `wanted` more uses at this moment.
std::vector<Error> moment_objections(const SealPolicy& rules, const Calendar& calendar, const CallerFacts& facts, std::size_t wanted, Timestamp now);

// training-required, too-many-files, digest-not-allowed: what stands against these documents by this caller.
std::vector<Error> document_objections(const Caller& caller, const SealPolicy& rules, const CallerFacts& facts,
                                       const std::vector<Document>& documents, Timestamp now);

// document-type-not-allowed; for applications.
Result<void> check_document_type(const SealPolicy& rules, const std::string& type);

}  // namespace seald
