#include "daemon/store/notice_table.hpp"

namespace seald::tables {
namespace {

ApplicationNumber number_at(const Statement& row) { return stored(ApplicationNumber::decode(row.text(0))); }

}  // namespace

Result<void> add_notice(Database& database, const std::string& kind, const ApplicationNumber& application, const std::string& body, Timestamp now) {
    auto inserted = database.change("INSERT INTO notice (kind, application, body, created_at, due_at) VALUES (?, ?, ?, ?, ?)", kind, application.str(), body,
                                    now, now);
    if (!inserted) return inserted.error();
    return {};
}

Result<std::vector<NoticeRow>> due_notices(Database& database, Timestamp now, unsigned limit) {
    return all_rows(database.query("SELECT id, body, attempts FROM notice WHERE delivered_at IS NULL AND due_at <= ? ORDER BY due_at, id LIMIT ?", now, limit),
                    [](const Statement& row) { return NoticeRow{row.index(0), row.text(1), static_cast<unsigned>(row.integer(2))}; });
}

Result<void> notice_delivered(Database& database, std::uint64_t id, Timestamp now) {
    auto changed = database.change("UPDATE notice SET delivered_at = ? WHERE id = ? AND delivered_at IS NULL", now, id);
    if (!changed) return changed.error();
    return {};
}

Result<void> postpone_notice(Database& database, std::uint64_t id, Timestamp try_again_at) {
    auto changed = database.change("UPDATE notice SET due_at = ?, attempts = attempts + 1 WHERE id = ? AND delivered_at IS NULL", try_again_at, id);
    if (!changed) return changed.error();
    return {};
}

Result<std::vector<ApplicationNumber>> overdue_applications(Database& database, Timestamp now) {
    return all_rows(database.query("SELECT number FROM application WHERE state = 'submitted' AND (quota_until <= ?1 OR EXISTS "
                                   "(SELECT 1 FROM decision WHERE decision.application = number AND decision.round = application.round AND "
                                   "decision.revoked_at IS NULL AND decision.expires_at <= ?1)) ORDER BY year, sequence LIMIT 100",
                                   now),
                    number_at);
}

Result<std::vector<ApplicationNumber>> forgotten_applications(Database& database, Timestamp since) {
    return all_rows(database.query("SELECT number FROM application WHERE state = 'submitted' AND NOT EXISTS "
                                   "(SELECT 1 FROM notice WHERE notice.application = number AND notice.created_at > ?) ORDER BY year, sequence LIMIT 100",
                                   since),
                    number_at);
}

}  // namespace seald::tables
