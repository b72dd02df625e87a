#include "core/hand_over_statement.hpp"

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "core/claims.hpp"
#include "core/json.hpp"

namespace seald {
namespace {

constexpr std::array parts{HandOverPart::give, HandOverPart::receive, HandOverPart::supervise};

Result<PersonId> decode_person(const std::string& text, std::string_view claim) {
    auto person = PersonId::decode(text);
    if (!person) return malformed("claim \"" + std::string(claim) + "\": " + person.error().message);
    return person;
}

}  // namespace

std::string_view to_string(HandOverPart part) {
    switch (part) {
        case HandOverPart::give:
            return "give";
        case HandOverPart::receive:
            return "receive";
        case HandOverPart::supervise:
            return "supervise";
    }
    return "";
}

Result<HandOverPart> decode_hand_over_part(std::string_view text) {
    for (const HandOverPart part : parts)
        if (to_string(part) == text) return part;
    return malformed("claim \"part\" must be give, receive or supervise");
}

std::string HandOverStatement::to_claims() const {
    boost::json::object claims{{"iss", issuer.str()},
                               {"aud", audience},
                               {"jti", id},
                               {"iat", to_unix(issued_at)},
                               {"exp", to_unix(expires_at)},
                               {"part", to_string(part)},
                               {"seal", seal.str()},
                               {"giver", giver.str()},
                               {"receiver", receiver.str()},
                               {"supervisor", supervisor.str()},
                               {"reason", reason}};
    if (hand_over != 0) claims["hand_over"] = hand_over;
    return boost::json::serialize(claims);
}

Result<HandOverStatement> HandOverStatement::from_claims(std::string_view payload) {
    const auto object = parse_json_object(payload);
    if (!object) return object.error();
    ObjectReader in(*object, "statement");
    const auto iss = in.text("iss"), jti = in.text("jti"), part_word = in.text("part"), seal_name = in.text("seal");
    const auto giver_id = in.text("giver"), receiver_id = in.text("receiver"), supervisor_id = in.text("supervisor"), why = in.text("reason");
    in.text("aud");
    const auto iat = in.integer("iat"), exp = in.integer("exp");
    const auto number = in.find_integer("hand_over");
    if (auto done = in.finish(); !done) return done.error();
    auto audience = claims::decode_audience(*object);
    if (!audience) return audience.error();
    auto issuer = decode_person(iss, "iss"), giver = decode_person(giver_id, "giver"), receiver = decode_person(receiver_id, "receiver"),
         supervisor = decode_person(supervisor_id, "supervisor");
    for (const auto* each : {&issuer, &giver, &receiver, &supervisor})
        if (!*each) return each->error();
    auto id = decode_text(jti, "claim \"jti\"", claims::max_id_bytes);
    if (!id) return id.error();
    const auto validity = claims::decode_validity(iat, std::nullopt, exp);
    if (!validity) return validity.error();
    auto part = decode_hand_over_part(part_word);
    if (!part) return part.error();
    auto seal = SealName::decode(seal_name);
    if (!seal) return malformed("claim \"seal\": " + seal.error().message);
    auto reason = decode_text(why, "claim \"reason\"", claims::max_text_bytes);
    if (!reason) return reason.error();
    if (number && *number < 1) return malformed("claim \"hand_over\" must be a number from 1 on");
    if (number.has_value() == (*part == HandOverPart::give)) return malformed("claim \"hand_over\" names what is received or supervised; what is given has no number yet");
    return HandOverStatement{.issuer = std::move(*issuer),
                             .audience = std::move(*audience),
                             .id = std::move(*id),
                             .issued_at = validity->issued_at,
                             .expires_at = validity->expires_at,
                             .part = *part,
                             .hand_over = static_cast<std::uint64_t>(number.value_or(0)),
                             .seal = std::move(*seal),
                             .giver = std::move(*giver),
                             .receiver = std::move(*receiver),
                             .supervisor = std::move(*supervisor),
                             .reason = std::move(*reason)};
}

Result<HandOverStatement> decode_unverified_hand_over(const UnverifiedJws& jws) {
    if (jws.typ != hand_over_typ) return unacceptable("the token is no statement on a hand-over: its typ must be \"" + std::string(hand_over_typ) + "\"");
    return HandOverStatement::from_claims(jws.payload);
}

}  // namespace seald
