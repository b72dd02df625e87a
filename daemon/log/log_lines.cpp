#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/log/log.hpp"

namespace seald {
namespace {

namespace json = boost::json;

std::string_view word(LogLevel level) {
    const auto name = spdlog::level::to_string_view(level);
    return {name.data(), name.size()};
}

// syslog(3).
int priority(LogLevel level) {
    if (level >= spdlog::level::critical) return 2;
    if (level == spdlog::level::err) return 3;
    if (level == spdlog::level::warn) return 4;
    return level == spdlog::level::info ? 6 : 7;
}

std::string upper(std::string_view name) {
    std::string text(name);
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

std::string as_text_fields(const std::vector<LogField>& fields, std::string_view message) {
    std::string line;
    for (const auto& field : fields) line += std::string(field.name) + "=" + field.value + " ";
    return line + std::string(message);
}

}  // namespace

Result<LogFormat> decode_log_format(std::string_view text) {
    if (text == "auto") return LogFormat::automatic;
    if (text == "text") return LogFormat::text;
    if (text == "json") return LogFormat::json;
    return malformed("not a log format; allowed: auto, text, json");
}

Result<LogLevel> decode_log_level(std::string_view text) {
    for (const auto level : {spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err})
        if (word(level) == text) return level;
    return malformed("not a log level; allowed: debug, info, warning, error");
}

std::string text_line(LogLevel level, const std::vector<LogField>& fields, std::string_view message, std::string_view time) {
    return std::string(time) + " " + std::string(word(level)) + " " + as_text_fields(fields, message);
}

std::string json_line(LogLevel level, const std::vector<LogField>& fields, std::string_view message, std::string_view time) {
    json::object line{{"time", time}, {"level", word(level)}, {"message", message}};
    for (const auto& field : fields) line[field.name] = field.value;
    return json::serialize(line);
}

std::vector<std::string> journal_fields(LogLevel level, const std::vector<LogField>& fields, std::string_view message) {
    // The message repeats the fields, for those who read and do not filter.
    std::vector<std::string> journal{"MESSAGE=" + as_text_fields(fields, message), "PRIORITY=" + std::to_string(priority(level)),
                                     "SYSLOG_IDENTIFIER=seald"};
    for (const auto& field : fields) journal.push_back("SEALD_" + upper(field.name) + "=" + field.value);
    return journal;
}

}  // namespace seald
