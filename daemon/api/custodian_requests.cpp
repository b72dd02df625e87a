#include "daemon/api/custodian_requests.hpp"

#include "core/json.hpp"
#include "daemon/api/request_parts.hpp"

namespace seald::requests {
namespace {

Result<PersonId> decode_person(std::string_view text, std::string_view field) {
    auto person = PersonId::decode(text);
    if (!person) return malformed("field \"" + std::string(field) + "\": " + person.error().message);
    return person;
}

Result<Timestamp> decode_moment(std::string_view text, std::string_view field) {
    auto moment = decode_rfc3339(text);
    if (!moment) return malformed("field \"" + std::string(field) + "\" must be a time like 2026-12-01T00:00:00Z");
    return moment;
}

}  // namespace

Result<HandOverBody> decode_hand_over(std::string_view body) {
    auto object = parse_json_object(body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    const auto to = in.text("to"), by = in.text("supervisor"), why = in.text("reason");
    auto statement = in.find_text("statement");
    if (auto done = in.finish(); !done) return done.error();
    auto receiver = decode_person(to, "to"), supervisor = decode_person(by, "supervisor");
    if (!receiver) return receiver.error();
    if (!supervisor) return supervisor.error();
    auto reason = decode_text(why, "reason", 2000);  // as long as what is signed may be
    if (!reason) return reason.error();
    return HandOverBody{{std::move(*receiver), std::move(*supervisor), std::move(*reason)}, std::move(statement)};
}

Result<CustodianDesk::Statement> decode_statement(std::string_view body) {
    auto object = parse_json_object(body.empty() ? "{}" : body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    auto statement = in.find_text("statement");
    if (auto done = in.finish(); !done) return done.error();
    return statement;
}

Result<ActingCustodian> decode_acting(const SealName& seal, std::string_view body, Timestamp now) {
    auto object = parse_json_object(body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    const auto who = in.text("person"), until = in.text("until"), why = in.text("reason");
    const auto from = in.find_text("from");
    if (auto done = in.finish(); !done) return done.error();
    auto person = decode_person(who, "person");
    if (!person) return person.error();
    auto begin = from ? decode_moment(*from, "from") : Result<Timestamp>(now);
    if (!begin) return begin.error();
    auto end = decode_moment(until, "until");
    if (!end) return end.error();
    auto reason = decode_text(why, "reason", max_text_bytes);
    if (!reason) return reason.error();
    return ActingCustodian{.number = 0, .seal = seal, .person = *person, .begin = *begin, .end = *end, .reason = std::move(*reason), .appointed_by = *person};
}

Result<Dismissal> decode_dismissal(std::string_view body) {
    auto object = parse_json_object(body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    const auto who = in.text("person"), why = in.text("reason");
    if (auto done = in.finish(); !done) return done.error();
    auto person = decode_person(who, "person");
    if (!person) return person.error();
    auto reason = decode_text(why, "reason", max_text_bytes);
    if (!reason) return reason.error();
    return Dismissal{std::move(*person), std::move(*reason)};
}

}  // namespace seald::requests
