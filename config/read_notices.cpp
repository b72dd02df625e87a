#include <unistd.h>

#include "config/sections.hpp"

namespace seald {

namespace {

Result<std::string> decode_command(std::string_view text) {
    std::string command(text);
    if (command.starts_with('/') && ::access(command.c_str(), X_OK) == 0) return command;
    return malformed("not a program that this user may run; allowed: an absolute path, without arguments");
}

Result<seconds> decode_pause(std::string_view text) {
    const auto pause = decode_duration(text);
    if (pause && *pause >= std::chrono::minutes(1)) return *pause;
    return malformed("not a time to wait before reminding; allowed: like \"24h\", at least \"1m\"");
}

}  // namespace

NoticeSettings read_notices(TableReader reader) {
    NoticeSettings settings;
    settings.command = reader.decoded("command", Need::mandatory, decode_command).value_or("");
    if (const auto pause = reader.decoded("remind_after", Need::optional, decode_pause)) settings.remind_after = *pause;
    reader.unsupported("webhook", "not supported by this build; allowed: a command, which may call one");
    reader.finish();
    return settings;
}

}  // namespace seald
