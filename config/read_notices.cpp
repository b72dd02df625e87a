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

Result<seconds> decode_end(std::string_view text) {
    const auto end = decode_duration(text);
    if (end && *end >= std::chrono::minutes(1)) return *end;
    return malformed("not a time after which a notice is given up; allowed: like \"72h\", at least \"1m\"");
}

std::set<PersonId> read_also(TableReader& reader, const std::map<PersonId, Person>& persons) {
    std::set<PersonId> also;
    for (const TextAt& word : reader.texts("also", Need::optional)) {
        const auto id = PersonId::decode(word.text);
        if (id && persons.contains(*id)) also.insert(*id);
        else reader.mistakes().add(word.line, word.path, "nobody is enrolled with this id; allowed: ids of persons");
    }
    return also;
}

std::vector<seconds> read_certificate_warnings(TableReader& reader) {
    if (!reader.has_any({"certificate_warnings"})) return NoticeSettings().certificate_warnings;
    std::vector<seconds> before;
    for (const auto& each : reader.texts("certificate_warnings", Need::optional)) {
        const auto time = decode_duration(each.text);
        if (time) before.push_back(*time);
        else reader.mistakes().add(each.line, each.path, "not a time before a certificate's end; allowed: like \"30d\"");
    }
    return before;
}

}  // namespace

NoticeSettings read_notices(TableReader reader, const std::filesystem::path& folder, const std::map<PersonId, Person>& persons) {
    NoticeSettings settings;
    settings.command = reader.decoded("command", Need::optional, decode_command).value_or("");
    settings.webhooks = read_webhooks(reader.tables("webhook", Need::optional), reader.mistakes(), folder);
    settings.also = read_also(reader, persons);
    settings.language = reader.decoded("language", Need::optional, decode_language).value_or(Language::english);
    if (const auto pause = reader.decoded("remind_after", Need::optional, decode_pause)) settings.remind_after = *pause;
    if (const auto end = reader.decoded("give_up_after", Need::optional, decode_end)) settings.give_up_after = *end;
    settings.certificate_warnings = read_certificate_warnings(reader);
    if (!reader.has_any({"command", "webhook"}))
        reader.mistake("command", "missing, and no webhook either, so nobody would hear anything; allowed: command, [[notify.webhook]], or both");
    reader.finish();
    return settings;
}

}  // namespace seald
