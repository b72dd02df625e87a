#include "daemon/store/application_table.hpp"

#include "daemon/store/row_words.hpp"

namespace seald::tables {
namespace {

constexpr std::string_view select_applications =
    "SELECT number, seal, applicant, department, purpose, type, format, state, submitted_at FROM application ";

std::optional<Department> find_department_at(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return stored(Department::decode(row.text(column)));
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
            .decisions = {}};
}

Document document_at(const Statement& row) {
    return {.digest = digest_at(row, 0), .name = row.text(2), .media_type = row.text(3), .size = row.find_index(4)};
}

RecordedDecision decision_at(const Statement& row) {
    return {.jws = row.text(0),
            .approver = stored(PersonId::decode(row.text(1))),
            .step = stored(StepName::decode(row.text(2))),
            .decision = stored(decode_decision(row.text(3))),
            .reason = row.text(4),
            .decided_at = row.time(5),
            .expires_at = row.time(6)};
}

Result<void> complete(Database& database, Application& application) {
    auto documents = all_rows(
        database.query("SELECT alg, hex, name, media_type, size FROM application_document WHERE application = ? "
                       "ORDER BY position",
                       application.number.str()),
        document_at);
    if (!documents) return documents.error();
    auto decisions =
        all_rows(database.query("SELECT jws, approver, step, decision, reason, decided_at, expires_at FROM decision "
                                "WHERE application = ? ORDER BY ledger_index",
                                application.number.str()),
                 decision_at);
    if (!decisions) return decisions.error();
    application.documents = std::move(*documents);
    application.decisions = std::move(*decisions);
    return {};
}

Result<void> insert_document(Database& database, const Application& application, std::size_t position) {
    const Document& document = application.documents[position];
    auto inserted = database.change(
        "INSERT INTO application_document (application, position, alg, hex, name, media_type, size) VALUES (?, ?, ?, "
        "?, ?, ?, ?)",
        application.number.str(), std::uint64_t{position}, to_string(document.digest.algorithm()),
        document.digest.hex(), document.name, document.media_type, document.size);
    if (!inserted) return inserted.error();
    return {};
}

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
        "submitted_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        application.number.str(), application.number.year(), application.number.sequence(), application.seal.str(),
        application.applicant.str(),
        application.department ? std::optional(application.department->str()) : std::nullopt, application.purpose,
        application.type, to_string(application.format), to_string(application.state), application.submitted_at);
    if (!inserted && inserted.error().rule == "already-there")
        return conflict("application-number-taken", "there is an application " + application.number.str() + " already");
    if (!inserted) return inserted.error();
    for (std::size_t position = 0; position < application.documents.size(); ++position)
        if (auto document = insert_document(database, application, position); !document) return document.error();
    return {};
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
    if (filter.only_open) sql += "AND state IN ('submitted', 'approved', 'partly-sealed') ";
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

Result<void> add_decision(Database& database, const ApplicationNumber& number, const RecordedDecision& decision,
                          const std::string& approval_id, std::uint64_t ledger_index) {
    auto inserted = database.change(
        "INSERT INTO decision (application, ledger_index, approval_id, approver, step, decision, reason, jws, "
        "decided_at, expires_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        number.str(), ledger_index, approval_id, decision.approver.str(), decision.step.str(),
        to_string(decision.decision), decision.reason, decision.jws, decision.decided_at, decision.expires_at);
    if (!inserted && inserted.error().rule == "already-there")
        return conflict("approval-id-reused",
                        "a decision with approval id " + approval_id + " is recorded already: sign a new one");
    if (!inserted) return inserted.error();
    return {};
}

Result<std::uint64_t> count_undecided(Database& database) {
    auto count = first_row(database.query("SELECT count(*) FROM application WHERE state = 'submitted'"), [](const Statement& row) { return row.index(0); });
    if (!count) return count.error();
    return count->value_or(0);
}

}  // namespace seald::tables
