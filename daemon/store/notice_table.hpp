// Notices that wait to be delivered, and those that were or were given up, by each channel on its own.
#pragma once
#include <string>
#include <vector>

#include "core/names.hpp"
#include "core/time.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald::tables {

struct NoticeRow {
    std::uint64_t id = 0;
    std::string kind, about, body;  // about: an application, or a seal
    unsigned attempts = 0;  // by this channel
    Timestamp created_at;
};

struct NoticeSubject {
    std::string kind;
    std::optional<ApplicationNumber> application;  // either one ...
    std::optional<SealName> seal;                  // ... or the other
};
// To be delivered by each of the channels.
Result<void> add_notice(Database& database, const NoticeSubject& subject, const std::string& body, const std::vector<std::string>& channels, Timestamp now);

// Up to which entry of the ledger those concerned were told of stops, and acts that wait.
Result<std::uint64_t> told_up_to(Database& database);
Result<void> set_told_up_to(Database& database, std::uint64_t index);

Result<std::vector<std::string>> channels_with_due_notices(Database& database, Timestamp now);
Result<std::vector<NoticeRow>> due_notices(Database& database, const std::string& channel, Timestamp now, unsigned limit);  // oldest first

enum class NoticeOutcome { delivered, given_up };
Result<void> end_delivery(Database& database, std::uint64_t id, const std::string& channel, NoticeOutcome outcome, Timestamp now);
Result<void> postpone_delivery(Database& database, std::uint64_t id, const std::string& channel, Timestamp try_again_at);  // counted as an attempt

struct ChannelCount {
    std::string channel;
    std::uint64_t waiting = 0, given_up = 0;
};
Result<std::vector<ChannelCount>> count_deliveries(Database& database);  // of channels where there are any

// Open applications of which an approval or the quota is over.
Result<std::vector<ApplicationNumber>> overdue_applications(Database& database, Timestamp now);
// Open applications about which nobody was told since then.
Result<std::vector<ApplicationNumber>> forgotten_applications(Database& database, Timestamp since);

}  // namespace seald::tables
