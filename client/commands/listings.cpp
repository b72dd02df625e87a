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

}  // namespace

std::string token_listing(const boost::json::array& tokens) {
    if (tokens.empty()) return "no tokens\n";
    Table table({"TOKEN", "STATE", "SERIAL", "MODEL", "PIN", "WHAT TO DO"});
    for (const auto& token : tokens) {
        table.row({shown_field(token, "name"), shown_field(token, "state"), shown_field(token, "serial"),
                   shown_field(token, "model"), shown_field(token, "pin"), shown_field(token, "advice")});
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
    row_unless_empty(table, "PIN", shown_field(token, "pin"));
    row_unless_empty(table, "what to do", shown_field(token, "advice"));
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

std::string describe_seal(const boost::json::value& seal) {
    Table table;
    table.row({"seal", joined(shown_field(seal, "name"), "  ", shown_field(seal, "title"))});
    table.row({"kind", shown_field(seal, "kind")});
    table.row({"owner", shown_field(seal, "owner")});
    table.row({"custodian", shown_field(seal, "custodian")});
    table.row({"state", joined(shown_field(seal, "state"), ": ", shown_field(seal, "reason"))});
    table.row({"usable", joined(shown_field(seal, "usable"), ": ", shown_field(seal, "why_not"))});
    table.row({"made", short_time(shown_field(seal, "made_at"))});
    row_unless_empty(table, "filed",
                     joined(shown_field(seal, "filing.number"), ", ", shown_field(seal, "filing.date")));
    table.row({"key", shown_field(seal, "algorithm") + ", id " + shown_field(seal, "key_id")});
    table.row({"token", shown_field(seal, "token") + ", serial " + shown_field(seal, "token_serial")});
    if (shown_field(seal, "certificate").empty()) {
        table.row({"certificate", "none yet"});
        return table.str();
    }
    table.row({"certificate", shown_field(seal, "certificate.subject")});
    table.row({"", "serial " + shown_field(seal, "certificate.serial")});
    table.row({"", "valid " + short_time(shown_field(seal, "certificate.not_before")) + " to " +
                       short_time(shown_field(seal, "certificate.not_after"))});
    table.row({"", "SHA-256 " + shown_field(seal, "certificate.sha256")});
    return table.str();
}

}  // namespace seald
