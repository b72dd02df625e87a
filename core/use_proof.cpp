#include "core/use_proof.hpp"

#include <boost/json/serialize.hpp>

#include "core/claims.hpp"
#include "core/json.hpp"

namespace seald {
namespace {

constexpr std::size_t max_approvals = 100;

struct RawClaims {
    std::string iss, jti, request_id, seal, format;
    std::int64_t iat = 0, exp = 0;
    std::optional<std::int64_t> nbf;
    std::optional<std::string> application, purpose;
    const boost::json::array* documents = nullptr;
    const boost::json::array* approvals = nullptr;
};

Result<RawClaims> read_claims(const boost::json::object& claims) {
    ObjectReader in(claims, "proof");
    RawClaims raw;
    raw.iss = in.text("iss");
    in.text("aud");
    raw.jti = in.text("jti");
    raw.iat = in.integer("iat");
    raw.nbf = in.find_integer("nbf");
    raw.exp = in.integer("exp");
    raw.request_id = in.text("request_id");
    raw.seal = in.text("seal");
    raw.application = in.find_text("application");
    raw.approvals = in.find_array("approvals");
    raw.documents = in.find_array("documents");
    raw.format = in.text("format");
    raw.purpose = in.find_text("purpose");
    if (auto done = in.finish(); !done) return done.error();
    if ((raw.application.has_value()) == (raw.approvals != nullptr)) return malformed("a proof names either an \"application\" or \"approvals\"");
    if (raw.documents == nullptr) return malformed("claim \"documents\" is missing");
    return raw;
}

Result<std::vector<Digest>> decode_approvals(const boost::json::array* values) {
    std::vector<Digest> digests;
    if (values == nullptr) return digests;
    if (values->empty() || values->size() > max_approvals) return malformed("claim \"approvals\" must have 1 to " + std::to_string(max_approvals) + " entries");
    for (const auto& value : *values) {
        if (!value.is_string()) return malformed("claim \"approvals\" must hold the SHA-256 of each approval token in hexadecimal digits");
        auto digest = Digest::decode("sha256", std::string_view(value.get_string()));
        if (!digest) return malformed("claim \"approvals\": " + digest.error().message);
        digests.push_back(std::move(*digest));
    }
    return digests;
}

}  // namespace

std::string UseProof::to_claims() const {
    boost::json::object claims = {{"iss", issuer.str()},
                                  {"aud", audience},
                                  {"jti", id},
                                  {"iat", to_unix(issued_at)},
                                  {"nbf", to_unix(not_before)},
                                  {"exp", to_unix(expires_at)},
                                  {"request_id", request_id},
                                  {"seal", seal.str()},
                                  {"documents", claims::encode_documents(documents)},
                                  {"format", format}};
    if (application) claims["application"] = application->str();
    boost::json::array digests;
    for (const Digest& approval : approvals) digests.push_back(boost::json::string(approval.hex()));
    if (!digests.empty()) claims["approvals"] = std::move(digests);
    if (!purpose.empty()) claims["purpose"] = purpose;
    return boost::json::serialize(claims);
}

Result<UseProof> UseProof::from_claims(std::string_view payload) {
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
    auto request_id = decode_text(raw->request_id, "claim \"request_id\"", claims::max_id_bytes);
    if (!request_id) return request_id.error();
    const auto validity = claims::decode_validity(raw->iat, raw->nbf, raw->exp);
    if (!validity) return validity.error();
    auto seal = SealName::decode(raw->seal);
    if (!seal) return malformed("claim \"seal\": " + seal.error().message);
    auto application = claims::decode_application(raw->application);
    if (!application) return malformed("claim \"application\": " + application.error().message);
    auto approvals = decode_approvals(raw->approvals);
    if (!approvals) return approvals.error();
    auto documents = claims::decode_documents(*raw->documents);
    if (!documents) return documents.error();
    auto format = decode_text(raw->format, "claim \"format\"", claims::max_id_bytes);
    if (!format) return format.error();
    auto purpose = claims::decode_optional_text(raw->purpose, "claim \"purpose\"", claims::max_text_bytes);
    if (!purpose) return purpose.error();
    return UseProof{.issuer = std::move(*issuer),
                    .audience = std::move(*audience),
                    .id = std::move(*id),
                    .issued_at = validity->issued_at,
                    .not_before = validity->not_before,
                    .expires_at = validity->expires_at,
                    .request_id = std::move(*request_id),
                    .seal = std::move(*seal),
                    .application = std::move(*application),
                    .approvals = std::move(*approvals),
                    .documents = std::move(*documents),
                    .format = std::move(*format),
                    .purpose = std::move(*purpose)};
}

Result<UseProof> decode_unverified_use_proof(const UnverifiedJws& jws) {
    if (jws.typ != use_proof_typ) return unacceptable("the token is not a proof of use: its typ must be \"" + std::string(use_proof_typ) + "\"");
    return UseProof::from_claims(jws.payload);
}

Result<std::string> sign_use_proof(const UseProof& proof, const PrivateKey& key) {
    const std::string claims = proof.to_claims();
    // Never mint what every daemon would refuse.
    if (const auto again = UseProof::from_claims(claims); !again) return again.error();
    return sign_jws(claims, use_proof_typ, key);
}

}  // namespace seald
