#include "client/commands/listings.hpp"

#include "client/answer_reader.hpp"
#include "client/display_text.hpp"
#include "client/table.hpp"

namespace seald {
namespace {

void row_unless_empty(Table& table, const std::string& name, const std::string& value) {
    if (!value.empty()) table.row({name, value});
}

std::string joined(const std::string& first, const std::string& separator, const std::string& second) {
    return second.empty() ? first : first + separator + second;
}

// An absent token tells nothing about its PIN.
std::string pin_words(const boost::json::value& token) {
    const std::string state = shown_field(token, "pin");
    if (shown_field(token, "serial").empty()) return "";
    if (state == "count-low") return "few tries left";
    if (state == "final-try") return "ONE TRY LEFT";
    if (state == "locked") return "LOCKED: reset it with the PUK";
    return state;
}

// "by zhang.wei until 2026-11-24 08:30, 3 of 10 uses"
std::string lease_words(const boost::json::value& token) {
    const std::string who = shown_field(token, "lease.by");
    if (who.empty()) return "";
    const std::string until = shown_field(token, "lease.until"), uses = shown_field(token, "lease.uses");
    return "by " + who + (until.empty() ? "" : " until " + short_time(until)) + ", " + shown_field(token, "lease.used") +
           (uses.empty() ? "" : " of " + uses) + " uses";
}

const boost::json::array& list_of(const boost::json::value& answer, std::string_view field) {
    static const boost::json::array none;
    const auto* object = answer.if_object();
    const auto* value = object != nullptr ? object->if_contains(field) : nullptr;
    return value != nullptr && value->is_array() ? value->get_array() : none;
}

}  // namespace

std::string token_listing(const boost::json::array& tokens) {
    if (tokens.empty()) return "no tokens\n";
    Table table({"TOKEN", "STATE", "SERIAL", "MODEL", "PIN", "UNLOCKED", "WHAT TO DO"});
    for (const auto& token : tokens) {
        table.row({shown_field(token, "name"), shown_field(token, "state"), shown_field(token, "serial"),
                   shown_field(token, "model"), pin_words(token), lease_words(token), shown_field(token, "advice")});
    }
    return table.str();
}

std::string describe_token(const boost::json::value& token) {
    Table table;
    table.row({"token", shown_field(token, "name")});
    table.row({"state", shown_field(token, "state")});
    row_unless_empty(table, "label", shown_field(token, "label"));
    row_unless_empty(table, "serial", shown_field(token, "serial"));
    row_unless_empty(table, "model", joined(shown_field(token, "manufacturer"), " ", shown_field(token, "model")));
    row_unless_empty(table, "firmware", shown_field(token, "firmware"));
    row_unless_empty(table, "PIN", pin_words(token));
    row_unless_empty(table, "unlocked", lease_words(token));
    if (const auto sessions = shown_field(token, "profile.worthwhile_sessions"); !sessions.empty())
        table.row({"last probe", short_time(shown_field(token, "profile.probed_at")) + ": " + sessions +
                                     (sessions == "1" ? " session is" : " sessions are") + " worth having"});
    row_unless_empty(table, "what to do", shown_field(token, "advice"));
    return table.str();
}

std::string describe_profile(const boost::json::value& probed) {
    Table facts;
    facts.row({"token", shown_field(probed, "token")});
    facts.row({"sessions at once", shown_field(probed, "profile.sessions")});
    facts.row({"worth having", shown_field(probed, "profile.worthwhile_sessions")});
    facts.row({"tells of events", shown_field(probed, "profile.slot_events")});
    facts.row({"new session", shown_field(probed, "profile.recovery_us") + " us until it signs"});
    facts.row({"signed with", shown_field(probed, "profile.algorithm")});
    Table loads({"THREADS", "PER SECOND", "p50 us", "p99 us", "FAILED"});
    AnswerReader in(probed);
    const auto* profile = in.find_object("profile");
    std::string mechanisms;
    if (profile != nullptr) {
        for (const auto& load : list_of(*profile, "signing"))
            loads.row({shown_field(load, "threads"), shown_field(load, "per_second"), shown_field(load, "p50_us"),
                       shown_field(load, "p99_us"), shown_field(load, "failures")});
        for (const auto& name : list_of(*profile, "mechanisms"))
            if (name.is_string()) mechanisms += (mechanisms.empty() ? "" : " ") + std::string(name.get_string());
    }
    return facts.str() + "\n" + loads.str() + "\nmechanisms: " + printable(mechanisms) + "\n";
}

std::string signature_count_listing(const boost::json::array& keys) {
    if (keys.empty()) return "no seal has its key on this token\n";
    Table table({"SEAL", "VERSION", "DEVICE SAYS", "MORE SINCE", "LEDGER KNOWS OF", "RESULT", "ENTRY"});
    for (const auto& key : keys) {
        const std::string least = shown_field(key, "recorded_at_least"), most = shown_field(key, "recorded_at_most");
        table.row({shown_field(key, "seal"), shown_field(key, "version"), shown_field(key, "count"), shown_field(key, "counted"), least == most ? least : least + " to " + most,
                   shown_field(key, "result"), shown_field(key, "ledger_index")});
    }
    return table.str();
}

std::string seal_listing(const boost::json::array& seals) {
    if (seals.empty()) return "no seals\n";
    Table table({"SEAL", "TITLE", "STATE", "TOKEN", "CUSTODIAN", "VALID UNTIL", "USABLE"});
    for (const auto& seal : seals) {
        const std::string why_not = shown_field(seal, "why_not");
        table.row({shown_field(seal, "name"), shown_field(seal, "title"), shown_field(seal, "state"),
                   shown_field(seal, "token"), shown_field(seal, "custodian"),
                   shown_field(seal, "certificate.not_after").substr(0, 10),
                   joined(shown_field(seal, "usable"), ": ", why_not)});
    }
    return table.str();
}

namespace {

std::string describe_other_versions(const boost::json::value& seal) {
    std::string text;
    for (const auto& each : list_of(seal, "versions"))
        if (shown_field(each, "state") != "in-use") text += "\n" + describe_version(each);
    return text;
}

}  // namespace

std::string describe_seal(const boost::json::value& seal) {
    Table table;
    table.row({"seal", joined(shown_field(seal, "name"), "  ", shown_field(seal, "title"))});
    table.row({"kind", shown_field(seal, "kind")});
    table.row({"owner", shown_field(seal, "owner")});
    row_unless_empty(table, "number", shown_field(seal, "number"));
    table.row({"custodian", shown_field(seal, "custodian")});
    row_unless_empty(table, "deputy", shown_field(seal, "deputy"));
    table.row({"state", joined(shown_field(seal, "state"), ": ", shown_field(seal, "reason"))});
    table.row({"usable", joined(shown_field(seal, "usable"), ": ", shown_field(seal, "why_not"))});
    table.row({"made", short_time(shown_field(seal, "made_at"))});
    row_unless_empty(table, "filed",
                     joined(shown_field(seal, "filing.number"), ", ", shown_field(seal, "filing.date")));
    table.row({"key", shown_field(seal, "algorithm") + ", id " + shown_field(seal, "key_id")});
    if (!shown_field(seal, "picture.sha256").empty())
        table.row({"picture", shown_field(seal, "picture.media_type") + ", " + shown_field(seal, "picture.bytes") + " bytes, SHA-256 " + shown_field(seal, "picture.sha256")});
    row_unless_empty(table, "version", joined(shown_field(seal, "version"), ", since ", short_time(shown_field(seal, "version_from"))));
    table.row({"token", shown_field(seal, "token") + ", serial " + shown_field(seal, "token_serial")});
    for (const auto& place : list_of(seal, "standby"))
        table.row({"standby", "token " + shown_field(place, "token") + ", serial " + shown_field(place, "token_serial") +
                                  ", key id " + shown_field(place, "key_id")});
    if (shown_field(seal, "certificate").empty()) {
        table.row({"certificate", "none yet"});
        return table.str() + describe_other_versions(seal);
    }
    table.row({"certificate", shown_field(seal, "certificate.subject")});
    table.row({"", "serial " + shown_field(seal, "certificate.serial")});
    table.row({"", "valid " + short_time(shown_field(seal, "certificate.not_before")) + " to " +
                       short_time(shown_field(seal, "certificate.not_after"))});
    table.row({"", "SHA-256 " + shown_field(seal, "certificate.sha256")});
    return table.str() + describe_other_versions(seal);
}

std::string describe_version(const boost::json::value& version) {
    Table table;
    const std::string state = shown_field(version, "state"), reason = shown_field(version, "reason");
    table.row({"version", shown_field(version, "number") + ", " + joined(state, ": ", reason)});
    table.row({"key", shown_field(version, "algorithm") + ", id " + shown_field(version, "key_id") + ", token " + shown_field(version, "token")});
    const std::string serial = shown_field(version, "certificate.serial");
    table.row({"certificate", serial.empty() ? "none yet" : "serial " + serial + ", valid to " + short_time(shown_field(version, "certificate.not_after"))});
    if (!serial.empty()) table.row({"", "SHA-256 " + shown_field(version, "certificate.sha256")});
    row_unless_empty(table, "in use", joined(short_time(shown_field(version, "used_from")), " to ", short_time(shown_field(version, "used_until"))));
    row_unless_empty(table, "takes over", joined(short_time(shown_field(version, "planned_at")), ", as said by ", shown_field(version, "planned_by")));
    row_unless_empty(table, "but", shown_field(version, "problem"));
    return table.str();
}

}  // namespace seald
