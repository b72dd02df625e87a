// Applications to use a seal (用印申請), their documents, and the decisions on them, as rows.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "daemon/model/application.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald::tables {

// One more than the year's highest. Within a write nobody else can take it.
Result<ApplicationNumber> next_application_number(Database& database, int year);

// With its documents, without decisions. conflict "application-number-taken".
Result<void> insert_application(Database& database, const Application& application);

// The corrected one, with its next round's number: conflict "application-changed" unless it is returned now.
Result<void> hand_in_again(Database& database, const Application& application);

// Complete: documents and decisions in order.
Result<std::optional<Application>> find_application(Database& database, const ApplicationNumber& number);

// The state as stored: submitted until a decision, a person, its end or its last signature closes it; what follows from
// approvals and uses until then is derived.
Result<std::optional<ApplicationState>> find_application_state(Database& database, const ApplicationNumber& number);

struct ApplicationFilter {
    std::optional<PersonId> applicant;
    bool only_open = false;  // submitted, approved, partly sealed
    unsigned limit = 100;
};
Result<std::vector<Application>> list_applications(Database& database,
                                                   const ApplicationFilter& filter);  // newest first, complete

Result<std::vector<ApplicationNumber>> open_applications_of(Database& database, const SealName& seal);  // all, oldest first

// conflict "application-changed" unless it is in `expected_from` now.
Result<void> set_application_state(Database& database, const ApplicationNumber& number, ApplicationState expected_from,
                                   ApplicationState to);

// Nothing is left to be sealed: it waits for nobody any more. Changes nothing unless it is submitted, and while a signature for
// it is still under way, which may yet fail.
Result<void> close_sealed(Database& database, const ApplicationNumber& number);

// conflict "approval-id-reused" when a decision with this approval's id (jti) is recorded already, on any application.
Result<void> add_decision(Database& database, const ApplicationNumber& number, const RecordedDecision& decision,
                          const std::string& approval_id, std::uint64_t ledger_index);

// How many wait for a decision, or to be sealed.
Result<std::uint64_t> count_open(Database& database);

// conflict "application-changed" unless there is such a decision, an approval, not revoked.
Result<void> revoke_decision(Database& database, const ApplicationNumber& number, const std::string& approval_id, Timestamp now);

}  // namespace seald::tables
