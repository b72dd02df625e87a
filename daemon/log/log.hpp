// The daemon's log: one line per request with the same fields always, and one per surprise. Under systemd the fields are the
// journal's (journalctl SEALD_REQUEST=…); elsewhere lines of text or of JSON on stderr. What code says with spdlog goes the
// same way. warning: the client's fault; error: ours; critical: we stop.
#pragma once
#include <spdlog/common.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace seald {

enum class LogFormat { automatic, text, json };  // automatic: the journal where stderr leads there, else text
Result<LogFormat> decode_log_format(std::string_view text);
using LogLevel = spdlog::level::level_enum;
Result<LogLevel> decode_log_level(std::string_view text);  // "debug" "info" "warning" "error"

struct LogField {
    std::string_view name;  // lower case
    std::string value;
};

void open_log(LogFormat format, LogLevel level);
void set_log_level(LogLevel level);
void log_event(LogLevel level, const std::vector<LogField>& fields, std::string_view message);

// How an event is written; for tests, too.
std::string text_line(LogLevel level, const std::vector<LogField>& fields, std::string_view message, std::string_view time);
std::string json_line(LogLevel level, const std::vector<LogField>& fields, std::string_view message, std::string_view time);
std::vector<std::string> journal_fields(LogLevel level, const std::vector<LogField>& fields, std::string_view message);

}  // namespace seald
