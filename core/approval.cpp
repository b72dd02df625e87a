#include "core/approval.hpp"

#include <openssl/rand.h>

#include <array>
#include <boost/json/serialize.hpp>

#include "core/claims.hpp"
#include "core/json.hpp"
#include "core/openssl.hpp"

namespace seald {
namespace {

constexpr std::int64_t max_quota_uses = 1'000'000;

Result<unsigned> decode_quota(const boost::json::object& quota) {
    ObjectReader in(quota, "quota");
    const std::int64_t uses = in.integer("uses");
    if (auto done = in.finish(); !done) return done.error();
    if (uses < 1 || uses > max_quota_uses)
        return malformed("quota.uses must be 1 to " + std::to_string(max_quota_uses));
    return static_cast<unsigned>(uses);
}

// What is approved: documents or a quota, never both and never neither.
struct Scope {
    std::vector<ApprovedDocument> documents;
    std::optional<unsigned> quota_uses;
};
Result<Scope> decode_scope(const boost::json::array* documents, const boost::json::object* quota) {
    if ((documents == nullptr) == (quota == nullptr))
        return malformed("an approval names either \"documents\" or a \"quota\"");
    Scope scope;
    if (documents != nullptr) {
        auto list = claims::decode_documents(*documents);
        if (!list) return list.error();
        scope.documents = std::move(*list);
    } else {
        const auto uses = decode_quota(*quota);
        if (!uses) return uses.error();
        scope.quota_uses = *uses;
    }
    return scope;
}

Result<std::string> decode_reason(const std::optional<std::string>& text, Decision decision) {
    if (decision != Decision::approve && (!text || text->empty())) {
        Error error =
            malformed("claim \"reason\" is mandatory for the decision \"" + std::string(to_string(decision)) + "\"");
        error.rule = "approval-reason-missing";
        return error;
    }
    return claims::decode_optional_text(text, "claim \"reason\"", claims::max_text_bytes);
}

// The claims as JSON gives them; each still has to prove that it can be the type it should be.
struct RawClaims {
    std::string iss, sub, jti, seal, step, decision;
    std::int64_t iat = 0, exp = 0;
    std::optional<std::int64_t> nbf;
    std::optional<std::string> application, purpose, reason;
    const boost::json::array* documents = nullptr;
    const boost::json::object* quota = nullptr;
};
Result<RawClaims> read_claims(const boost::json::object& claims) {
    ObjectReader in(claims, "approval");
    in.ignore_unknown();
    RawClaims raw;
    raw.iss = in.text("iss");
    raw.sub = in.text("sub");
    raw.jti = in.text("jti");
    raw.seal = in.text("seal");
    raw.step = in.text("step");
    raw.decision = in.text("decision");
    raw.iat = in.integer("iat");
    raw.exp = in.integer("exp");
    raw.nbf = in.find_integer("nbf");
    raw.application = in.find_text("application");
    raw.purpose = in.find_text("purpose");
    raw.reason = in.find_text("reason");
    raw.documents = in.find_array("documents");
    raw.quota = in.find_object("quota");
    if (auto done = in.finish(); !done) return done.error();
    return raw;
}

}  // namespace

std::string_view to_string(Decision decision) {
    switch (decision) {
        case Decision::approve:
            return "approve";
        case Decision::reject:
            return "reject";
        case Decision::return_:
            return "return";
    }
    return "unknown";
}

Result<Decision> decode_decision(std::string_view text) {
    for (const Decision decision : {Decision::approve, Decision::reject, Decision::return_})
        if (text == to_string(decision)) return decision;
    return malformed("the decision must be \"approve\", \"reject\" or \"return\"");
}

std::string Approval::to_claims() const {
    boost::json::object claims = {{"iss", issuer.str()},        {"aud", audience},
                                  {"sub", applicant.str()},     {"jti", id},
                                  {"iat", to_unix(issued_at)},  {"nbf", to_unix(not_before)},
                                  {"exp", to_unix(expires_at)}, {"seal", seal.str()},
                                  {"step", step.str()},         {"decision", to_string(decision)}};
    if (application) claims["application"] = application->str();
    if (!documents.empty()) claims["documents"] = claims::encode_documents(documents);
    if (quota_uses) claims["quota"] = boost::json::object{{"uses", *quota_uses}};
    if (!purpose.empty()) claims["purpose"] = purpose;
    if (!reason.empty()) claims["reason"] = reason;
    return boost::json::serialize(claims);
}

Result<Approval> Approval::from_claims(std::string_view payload) {
    const auto claims = parse_json_object(payload);
    if (!claims) return claims.error();
    auto raw = read_claims(*claims);
    if (!raw) return raw.error();
    const auto issuer = PersonId::decode(raw->iss);
    if (!issuer) return malformed("claim \"iss\": " + issuer.error().message);
    auto audience = claims::decode_audience(*claims);
    if (!audience) return audience.error();
    const auto applicant = PersonId::decode(raw->sub);
    if (!applicant) return malformed("claim \"sub\": " + applicant.error().message);
    auto id = decode_text(raw->jti, "claim \"jti\"", claims::max_id_bytes);
    if (!id) return id.error();
    const auto validity = claims::decode_validity(raw->iat, raw->nbf, raw->exp);
    if (!validity) return validity.error();
    const auto application = claims::decode_application(raw->application);
    if (!application) return malformed("claim \"application\": " + application.error().message);
    const auto seal = SealName::decode(raw->seal);
    if (!seal) return malformed("claim \"seal\": " + seal.error().message);
    const auto step = StepName::decode(raw->step);
    if (!step) return malformed("claim \"step\": " + step.error().message);
    const auto decision = decode_decision(raw->decision);
    if (!decision) return decision.error();
    auto scope = decode_scope(raw->documents, raw->quota);
    if (!scope) return scope.error();
    auto purpose = claims::decode_optional_text(raw->purpose, "claim \"purpose\"", claims::max_text_bytes);
    if (!purpose) return purpose.error();
    auto reason = decode_reason(raw->reason, *decision);
    if (!reason) return reason.error();
    return Approval{*issuer,
                    std::move(*audience),
                    *applicant,
                    std::move(*id),
                    validity->issued_at,
                    validity->not_before,
                    validity->expires_at,
                    *application,
                    *seal,
                    *step,
                    *decision,
                    std::move(scope->documents),
                    scope->quota_uses,
                    std::move(*purpose),
                    std::move(*reason)};
}

Result<Approval> decode_unverified_approval(const UnverifiedJws& jws) {
    if (jws.typ != approval_typ)
        return unacceptable("the token is not an approval: its typ must be \"" + std::string(approval_typ) + "\"");
    return Approval::from_claims(jws.payload);
}

Result<std::string> sign_approval(const Approval& approval, const PrivateKey& key) {
    const std::string claims = approval.to_claims();
    // Never mint what every daemon would refuse.
    if (const auto again = Approval::from_claims(claims); !again) return again.error();
    return sign_jws(claims, approval_typ, key);
}

std::string new_approval_id() {
    std::array<std::uint8_t, 16> random{};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) throw_openssl("RAND_bytes");
    return encode_base64url(random);
}

}  // namespace seald
