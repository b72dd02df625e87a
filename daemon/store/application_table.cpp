#include "daemon/store/application_table.hpp"

#include "daemon/store/row_words.hpp"

namespace seald::tables {
namespace {

constexpr std::string_view select_applications =
    "SELECT number, seal, applicant, department, purpose, type, format, state, submitted_at, "
    "round, quota_uses, quota_until FROM application ";

std::optional<Department> find_department_at(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return stored(Department::decode(row.text(column)));
}

std::optional<Quota> find_quota_at(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return Quota{static_cast<unsigned>(row.integer(column)), row.time(column + 1)};
}

Application application_at(const Statement& row) {  // without documents and decisions
    return {.number = stored(ApplicationNumber::decode(row.text(0))),
            .seal = stored(SealName::decode(row.text(1))),
            .applicant = stored(PersonId::decode(row.text(2))),
            .department = find_department_at(row, 3),
            .purpose = row.text(4),
            .type = row.text(5),
            .format = stored(decode_signature_format(row.text(6))),
            .documents = {},
            .state = stored(decode_application_state(row.text(7))),
            .submitted_at = row.time(8),
            .decisions = {},
            .quota = find_quota_at(row, 10),
            .round = static_cast<unsigned>(row.integer(9))};
}

Document document_at(const Statement& row) {
    return {.digest = digest_at(row, 0), .name = row.text(2), .media_type = row.text(3), .size = row.find_index(4)};
}

std::optional<PersonId> find_person_at(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return stored(PersonId::decode(row.text(column)));
}

RecordedDecision decision_at(const Statement& row) {
    return {.jws = row.text(0),
            .approver = stored(PersonId::decode(row.text(1))),
            .step = stored(StepName::decode(row.text(2))),
            .decision = stored(decode_decision(row.text(3))),
            .reason = row.text(4),
            .decided_at = row.time(5),
            .expires_at = row.time(6),
            .acting_for = find_person_at(row, 7),
            .revoked_at = row.is_null(8) ? std::nullopt : std::optional(row.time(8)),
            .round = static_cast<unsigned>(row.integer(9))};
}

Result<void> complete(Database& database, Application& application) {
    auto documents = all_rows(
        database.query("SELECT alg, hex, name, media_type, size FROM application_document WHERE application = ? "
                       "AND round = ? ORDER BY position",
                       application.number.str(), application.round),
        document_at);
    if (!documents) return documents.error();
    auto decisions =
        all_rows(database.query("SELECT jws, approver, step, decision, reason, decided_at, expires_at, acting_for, "
                                "revoked_at, round FROM decision WHERE application = ? ORDER BY ledger_index",
                                application.number.str()),
                 decision_at);
    if (!decisions) return decisions.error();
    application.documents = std::move(*documents);
    for (auto& decision : *decisions)
        (decision.round == application.round ? application.decisions : application.earlier).push_back(std::move(decision));
    return {};
}

Result<void> insert_document(Database& database, const Application& application, std::size_t position) {
    const Document& document = application.documents[position];
    auto inserted = database.change(
        "INSERT INTO application_document (application, round, position, alg, hex, name, media_type, size) VALUES (?, ?, ?, ?, "
        "?, ?, ?, ?)",
        application.number.str(), application.round, std::uint64_t{position}, to_string(document.digest.algorithm()),
        document.digest.hex(), document.name, document.media_type, document.size);
    if (!inserted) return inserted.error();
    return {};
}

Result<void> insert_documents(Database& database, const Application& application) {
    for (std::size_t position = 0; position < application.documents.size(); ++position)
        if (auto document = insert_document(database, application, position); !document) return document.error();
    return {};
}

std::optional<std::string> department_of(const Application& application) {
    return application.department ? std::optional(application.department->str()) : std::nullopt;
}
std::optional<unsigned> uses_of(const std::optional<Quota>& quota) { return quota ? std::optional(quota->uses) : std::nullopt; }
std::optional<Timestamp> end_of(const std::optional<Quota>& quota) { return quota ? std::optional(quota->until) : std::nullopt; }

}  // namespace

Result<ApplicationNumber> next_application_number(Database& database, int year) {
    auto highest = first_row(database.query("SELECT coalesce(max(sequence), 0) FROM application WHERE year = ?", year),
                             [](const Statement& row) { return static_cast<unsigned>(row.integer(0)); });
    if (!highest) return highest.error();
    return ApplicationNumber::make(year, **highest + 1);
}

Result<void> insert_application(Database& database, const Application& application) {
    auto inserted = database.change(
        "INSERT INTO application (number, year, sequence, seal, applicant, department, purpose, type, format, state, "
        "submitted_at, round, quota_uses, quota_until) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        application.number.str(), application.number.year(), application.number.sequence(), application.seal.str(),
        application.applicant.str(),
        department_of(application), application.purpose,
        application.type, to_string(application.format), to_string(application.state), application.submitted_at,
        application.round, uses_of(application.quota), end_of(application.quota));
    if (!inserted && inserted.error().rule == "already-there")
        return conflict("application-number-taken", "there is an application " + application.number.str() + " already");
    if (!inserted) return inserted.error();
    return insert_documents(database, application);
}

Result<void> hand_in_again(Database& database, const Application& application) {
    auto updated = database.change(
        "UPDATE application SET department = ?, purpose = ?, type = ?, format = ?, state = 'submitted', round = ?, quota_uses = ?, quota_until = ? "
        "WHERE number = ? AND state = 'returned' AND round = ?",
        department_of(application), application.purpose, application.type, to_string(application.format), application.round, uses_of(application.quota),
        end_of(application.quota), application.number.str(), application.round - 1);
    if (!updated) return updated.error();
    if (*updated != 1) return conflict("application-changed", application.number.str() + " is not returned: only then is it handed in again");
    return insert_documents(database, application);
}

Result<std::optional<Application>> find_application(Database& database, const ApplicationNumber& number) {
    static const std::string sql = std::string(select_applications) + "WHERE number = ?";
    auto application = first_row(database.query(sql, number.str()), application_at);
    if (!application || !*application) return application;
    if (auto whole = complete(database, **application); !whole) return whole.error();
    return application;
}

Result<std::vector<Application>> list_applications(Database& database, const ApplicationFilter& filter) {
    std::string sql = std::string(select_applications) + "WHERE true ";
    if (filter.applicant) sql += "AND applicant = ? ";
    if (filter.only_open) sql += "AND state IN ('submitted', 'reviewed', 'approved', 'partly-sealed') ";
    auto rows = database.prepare(sql + "ORDER BY year DESC, sequence DESC LIMIT ?");
    if (filter.applicant) rows.bind(filter.applicant->str());
    rows.bind(filter.limit);
    auto applications = all_rows(std::move(rows), application_at);
    if (!applications) return applications;
    for (auto& application : *applications)
        if (auto whole = complete(database, application); !whole) return whole.error();
    return applications;
}

Result<std::optional<ApplicationState>> find_application_state(Database& database, const ApplicationNumber& number) {
    return first_row(database.query("SELECT state FROM application WHERE number = ?", number.str()),
                     [](const Statement& row) { return stored(decode_application_state(row.text(0))); });
}

Result<std::vector<ApplicationNumber>> open_applications_of(Database& database, const SealName& seal) {
    return all_rows(database.query("SELECT number FROM application WHERE seal = ? AND state = 'submitted' ORDER BY year, sequence", seal.str()),
                    [](const Statement& row) { return stored(ApplicationNumber::decode(row.text(0))); });
}

Result<void> set_application_state(Database& database, const ApplicationNumber& number, ApplicationState expected_from,
                                   ApplicationState to) {
    auto updated = database.change("UPDATE application SET state = ? WHERE number = ? AND state = ?", to_string(to),
                                   number.str(), to_string(expected_from));
    if (!updated) return updated.error();
    if (*updated != 1)
        return conflict("application-changed",
                        "application " + number.str() + " is no longer " + std::string(to_string(expected_from)));
    return {};
}

Result<void> close_sealed(Database& database, const ApplicationNumber& number) {
    auto updated = database.change("UPDATE application SET state = 'sealed' WHERE number = ?1 AND state = 'submitted' AND NOT EXISTS "
                                   "(SELECT 1 FROM intent WHERE intent.application = ?1 AND intent.state = 'open')",
                                   number.str());
    if (!updated) return updated.error();
    return {};
}

Result<void> add_decision(Database& database, const ApplicationNumber& number, const RecordedDecision& decision,
                          const std::string& approval_id, std::uint64_t ledger_index) {
    auto inserted = database.change(
        "INSERT INTO decision (application, ledger_index, approval_id, approver, step, decision, reason, jws, "
        "decided_at, expires_at, round, acting_for) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        number.str(), ledger_index, approval_id, decision.approver.str(), decision.step.str(),
        to_string(decision.decision), decision.reason, decision.jws, decision.decided_at, decision.expires_at,
        decision.round, decision.acting_for ? std::optional(decision.acting_for->str()) : std::nullopt);
    if (!inserted && inserted.error().rule == "already-there")
        return conflict("approval-id-reused",
                        "a decision with approval id " + approval_id + " is recorded already: sign a new one");
    if (!inserted) return inserted.error();
    return {};
}

Result<std::uint64_t> count_open(Database& database) {
    auto count = first_row(database.query("SELECT count(*) FROM application WHERE state = 'submitted'"), [](const Statement& row) { return row.index(0); });
    if (!count) return count.error();
    return count->value_or(0);
}

Result<void> revoke_decision(Database& database, const ApplicationNumber& number, const std::string& approval_id, Timestamp now) {
    auto revoked = database.change(
        "UPDATE decision SET revoked_at = ? WHERE application = ? AND approval_id = ? AND decision = 'approve' AND revoked_at IS NULL",
        now, number.str(), approval_id);
    if (!revoked) return revoked.error();
    if (*revoked != 1) return conflict("application-changed", "there is no such approval of " + number.str() + " any more");
    return {};
}

}  // namespace seald::tables
