#include "core/act_confirmation.hpp"

#include <boost/json/serialize.hpp>

#include "core/claims.hpp"
#include "core/json.hpp"

namespace seald {
namespace {

// There is nothing else to sign: who says no says so with his reason, and one person is enough to stop.
constexpr std::string_view confirm = "confirm";

struct RawClaims {
    std::string iss, jti, act, statement, decision;
    std::int64_t iat = 0, exp = 0;
    std::optional<std::int64_t> nbf;
};

Result<RawClaims> read_claims(const boost::json::object& claims) {
    ObjectReader in(claims, "confirmation");
    RawClaims raw;
    raw.iss = in.text("iss");
    in.text("aud");
    raw.jti = in.text("jti");
    raw.iat = in.integer("iat");
    raw.nbf = in.find_integer("nbf");
    raw.exp = in.integer("exp");
    raw.act = in.text("act");
    raw.statement = in.text("statement_sha256");
    raw.decision = in.text("decision");
    if (auto done = in.finish(); !done) return done.error();
    if (raw.decision != confirm) return malformed("claim \"decision\" must be \"confirm\"");
    return raw;
}

}  // namespace

std::string ActConfirmation::to_claims() const {
    return boost::json::serialize(boost::json::object{{"iss", issuer.str()},
                                                      {"aud", audience},
                                                      {"jti", id},
                                                      {"iat", to_unix(issued_at)},
                                                      {"nbf", to_unix(not_before)},
                                                      {"exp", to_unix(expires_at)},
                                                      {"act", act.str()},
                                                      {"statement_sha256", statement.hex()},
                                                      {"decision", confirm}});
}

Result<ActConfirmation> ActConfirmation::from_claims(std::string_view payload) {
    const auto object = parse_json_object(payload);
    if (!object) return object.error();
    auto raw = read_claims(*object);
    if (!raw) return raw.error();
    auto issuer = PersonId::decode(raw->iss);
    if (!issuer) return malformed("claim \"iss\": " + issuer.error().message);
    auto audience = claims::decode_audience(*object);
    if (!audience) return audience.error();
    auto id = decode_text(raw->jti, "claim \"jti\"", claims::max_id_bytes);
    if (!id) return id.error();
    const auto validity = claims::decode_validity(raw->iat, raw->nbf, raw->exp);
    if (!validity) return validity.error();
    const auto act = ActNumber::decode(raw->act);
    if (!act) return malformed("claim \"act\": " + act.error().message);
    auto statement = Digest::decode("sha256", raw->statement);
    if (!statement) return malformed("claim \"statement_sha256\": " + statement.error().message);
    return ActConfirmation{.issuer = std::move(*issuer),
                           .audience = std::move(*audience),
                           .id = std::move(*id),
                           .issued_at = validity->issued_at,
                           .not_before = validity->not_before,
                           .expires_at = validity->expires_at,
                           .act = *act,
                           .statement = std::move(*statement)};
}

Result<ActConfirmation> decode_unverified_act_confirmation(const UnverifiedJws& jws) {
    if (jws.typ != act_confirmation_typ)
        return unacceptable("the token is not the confirmation of an act: its typ must be \"" + std::string(act_confirmation_typ) + "\"");
    return ActConfirmation::from_claims(jws.payload);
}

Result<std::string> sign_act_confirmation(const ActConfirmation& confirmation, const PrivateKey& key) {
    const std::string claims = confirmation.to_claims();
    // Never mint what every daemon would refuse.
    if (const auto again = ActConfirmation::from_claims(claims); !again) return again.error();
    return sign_jws(claims, act_confirmation_typ, key);
}

}  // namespace seald
