// Notices that wait to be delivered, and those that were.
#pragma once
#include <string>
#include <vector>

#include "core/names.hpp"
#include "core/time.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald::tables {

struct NoticeRow {
    std::uint64_t id = 0;
    std::string body;
    unsigned attempts = 0;
};

Result<void> add_notice(Database& database, const std::string& kind, const ApplicationNumber& application, const std::string& body, Timestamp now);
Result<std::vector<NoticeRow>> due_notices(Database& database, Timestamp now, unsigned limit);  // oldest first
Result<void> notice_delivered(Database& database, std::uint64_t id, Timestamp now);
Result<void> postpone_notice(Database& database, std::uint64_t id, Timestamp try_again_at);  // counted as an attempt

// Open applications of which an approval or the quota is over.
Result<std::vector<ApplicationNumber>> overdue_applications(Database& database, Timestamp now);
// Open applications about which nobody was told since then.
Result<std::vector<ApplicationNumber>> forgotten_applications(Database& database, Timestamp since);

}  // namespace seald::tables
