#include "daemon/model/notice_settings.hpp"

namespace seald {

std::vector<std::string> channels_for(const std::string& kind, const NoticeSettings& settings) {
    std::vector<std::string> channels;
    if (!settings.command.empty()) channels.emplace_back(command_channel);
    for (const auto& webhook : settings.webhooks)
        if (webhook.events.contains(kind)) channels.push_back(webhook.name);
    return channels;
}

}  // namespace seald
