#include "daemon/store/certificate_warning_table.hpp"

namespace seald::tables {

Result<bool> first_warning(Database& database, const Digest& certificate, seconds before, Timestamp now) {
    auto inserted = database.change("INSERT INTO certificate_warning (sha256, seconds, warned_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", certificate.hex(),
                                    std::int64_t{before.count()}, now);
    if (!inserted) return inserted.error();
    return *inserted == 1;
}

Result<bool> was_warned(Database& database, const Digest& certificate, seconds before) {
    auto there = first_row(database.query("SELECT 1 FROM certificate_warning WHERE sha256 = ? AND seconds = ?", certificate.hex(), std::int64_t{before.count()}),
                           [](const Statement& row) { return row.boolean(0); });
    if (!there) return there.error();
    return there->has_value();
}

Result<void> add_seal_notice(Database& database, const std::string& kind, const SealName& seal, const std::string& body, const std::vector<std::string>& channels,
                             Timestamp now) {
    auto inserted = database.change("INSERT INTO notice (kind, seal, body, created_at) VALUES (?, ?, ?, ?)", kind, seal.str(), body, now);
    if (!inserted) return inserted.error();
    for (const auto& channel : channels) {
        auto put = database.change("INSERT INTO notice_delivery (notice, channel, due_at) VALUES (last_insert_rowid(), ?, ?)", channel, now);
        if (!put) return put.error();
    }
    return {};
}

}  // namespace seald::tables
