#include "daemon/store/notice_table.hpp"

namespace seald::tables {
namespace {

ApplicationNumber number_at(const Statement& row) { return stored(ApplicationNumber::decode(row.text(0))); }

}  // namespace

Result<void> add_notice(Database& database, const NoticeSubject& subject, const std::string& body, const std::vector<std::string>& channels, Timestamp now) {
    const auto application = subject.application ? std::optional(subject.application->str()) : std::nullopt;
    const auto seal = subject.seal ? std::optional(subject.seal->str()) : std::nullopt;
    auto inserted = database.change("INSERT INTO notice (kind, application, seal, body, created_at) VALUES (?, ?, ?, ?, ?)", subject.kind, application, seal, body, now);
    if (!inserted) return inserted.error();
    for (const auto& channel : channels) {
        auto put = database.change("INSERT INTO notice_delivery (notice, channel, due_at) VALUES (last_insert_rowid(), ?, ?)", channel, now);
        if (!put) return put.error();
    }
    return {};
}

Result<std::vector<std::string>> channels_with_due_notices(Database& database, Timestamp now) {
    return all_rows(database.query("SELECT DISTINCT channel FROM notice_delivery WHERE outcome IS NULL AND due_at <= ?", now),
                    [](const Statement& row) { return row.text(0); });
}

Result<std::vector<NoticeRow>> due_notices(Database& database, const std::string& channel, Timestamp now, unsigned limit) {
    return all_rows(database.query("SELECT id, kind, coalesce(application, seal), body, attempts, created_at FROM notice_delivery JOIN notice ON notice.id = notice "
                                   "WHERE outcome IS NULL AND channel = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?",
                                   channel, now, limit),
                    [](const Statement& row) {
                        return NoticeRow{row.index(0), row.text(1), row.text(2), row.text(3), static_cast<unsigned>(row.integer(4)), row.time(5)};
                    });
}

Result<void> end_delivery(Database& database, std::uint64_t id, const std::string& channel, NoticeOutcome outcome, Timestamp now) {
    const char* word = outcome == NoticeOutcome::delivered ? "delivered" : "given-up";
    auto changed = database.change("UPDATE notice_delivery SET outcome = ?, ended_at = ? WHERE notice = ? AND channel = ? AND outcome IS NULL", word, now,
                                   id, channel);
    if (!changed) return changed.error();
    return {};
}

Result<void> postpone_delivery(Database& database, std::uint64_t id, const std::string& channel, Timestamp try_again_at) {
    auto changed = database.change("UPDATE notice_delivery SET due_at = ?, attempts = attempts + 1 WHERE notice = ? AND channel = ? AND outcome IS NULL",
                                   try_again_at, id, channel);
    if (!changed) return changed.error();
    return {};
}

Result<std::uint64_t> told_up_to(Database& database) {
    auto row = first_row(database.query("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'told_up_to'"), [](const Statement& found) { return found.index(0); });
    if (!row) return row.error();
    return row->value_or(0);
}

Result<void> set_told_up_to(Database& database, std::uint64_t index) {
    auto put = database.change("INSERT INTO meta (key, value) VALUES ('told_up_to', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", std::to_string(index));
    if (!put) return put.error();
    return {};
}

Result<std::vector<ChannelCount>> count_deliveries(Database& database) {
    return all_rows(database.query("SELECT channel, sum(waiting), sum(1 - waiting) FROM (SELECT channel, 1 AS waiting FROM notice_delivery WHERE outcome IS NULL "
                                   "UNION ALL SELECT channel, 0 FROM notice_delivery WHERE outcome = 'given-up') GROUP BY channel ORDER BY channel"),
                    [](const Statement& row) { return ChannelCount{row.text(0), row.index(1), row.index(2)}; });
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
