#include "core/approval.hpp"

#include <openssl/rand.h>

#include <array>
#include <boost/json/serialize.hpp>

#include "core/json.hpp"
#include "core/openssl.hpp"

namespace seald {
namespace {

constexpr std::size_t max_id_bytes = 128;
constexpr std::size_t max_audience_bytes = 255;
constexpr std::size_t max_document_name_bytes = 255;  // what a file system allows
constexpr std::size_t max_text_bytes = 2000;
constexpr std::int64_t max_quota_uses = 1'000'000;
constexpr std::int64_t last_second = 253'402'300'799;  // 9999-12-31T23:59:59Z, the end of RFC 3339

// RFC 7519 section 4.1.3 allows one string or an array; an approval for several daemons would count several times.
Result<std::string> decode_audience(const boost::json::object& claims) {
    const boost::json::value* aud = claims.if_contains("aud");
    if (aud != nullptr && aud->is_array() && aud->get_array().size() == 1) aud = &aud->get_array()[0];
    if (aud == nullptr || !aud->is_string()) return malformed("claim \"aud\" must be exactly one string");
    return decode_text(std::string_view(aud->get_string()), "claim \"aud\"", max_audience_bytes);
}

Result<Timestamp> decode_seconds(std::int64_t value, std::string_view claim) {
    if (value < 0 || value > last_second)
        return malformed("claim \"" + std::string(claim) + "\" is not a time between 1970 and 9999");
    return from_unix(value);
}

// A text that may be absent; absent and empty are the same.
Result<std::string> decode_optional_text(const std::optional<std::string>& text, std::string_view what,
                                         std::size_t limit) {
    if (!text || text->empty()) return std::string();
    return decode_text(*text, what, limit);
}

Result<ApprovedDocument> decode_document(const boost::json::value& value, std::size_t index) {
    const std::string path = "documents[" + std::to_string(index) + "]";
    if (!value.is_object()) return malformed(path + " must be an object");
    ObjectReader in(value.get_object(), path);
    const std::string algorithm = in.text("alg");
    const std::string hex = in.text("digest");
    const auto given_name = in.find_text("name");
    if (auto done = in.finish(); !done) return done.error();
    auto digest = Digest::decode(algorithm, hex);
    if (!digest) return malformed(path + ": " + digest.error().message);
    auto name = decode_optional_text(given_name, path + ".name", max_document_name_bytes);
    if (!name) return name.error();
    return ApprovedDocument{*digest, std::move(*name)};
}

Result<std::vector<ApprovedDocument>> decode_documents(const boost::json::array& values) {
    if (values.empty() || values.size() > max_documents)
        return malformed("claim \"documents\" must have 1 to " + std::to_string(max_documents) + " entries");
    std::vector<ApprovedDocument> documents;
    documents.reserve(values.size());
    for (const auto& value : values) {
        auto document = decode_document(value, documents.size());
        if (!document) return document.error();
        documents.push_back(std::move(*document));
    }
    return documents;
}

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
        auto list = decode_documents(*documents);
        if (!list) return list.error();
        scope.documents = std::move(*list);
    } else {
        const auto uses = decode_quota(*quota);
        if (!uses) return uses.error();
        scope.quota_uses = *uses;
    }
    return scope;
}

struct Validity {
    Timestamp issued_at, not_before, expires_at;
};
Result<Validity> decode_validity(std::int64_t iat, std::optional<std::int64_t> nbf, std::int64_t exp) {
    const auto issued_at = decode_seconds(iat, "iat");
    if (!issued_at) return issued_at.error();
    const auto not_before = decode_seconds(nbf.value_or(iat), "nbf");
    if (!not_before) return not_before.error();
    const auto expires_at = decode_seconds(exp, "exp");
    if (!expires_at) return expires_at.error();
    if (*expires_at <= *issued_at || *expires_at <= *not_before)
        return malformed("claim \"exp\" must be later than \"iat\" and \"nbf\"");
    return Validity{*issued_at, *not_before, *expires_at};
}

Result<std::string> decode_reason(const std::optional<std::string>& text, Decision decision) {
    if (decision != Decision::approve && (!text || text->empty())) {
        Error error =
            malformed("claim \"reason\" is mandatory for the decision \"" + std::string(to_string(decision)) + "\"");
        error.rule = "approval-reason-missing";
        return error;
    }
    return decode_optional_text(text, "claim \"reason\"", max_text_bytes);
}

Result<std::optional<ApplicationNumber>> decode_application(const std::optional<std::string>& text) {
    if (!text) return std::optional<ApplicationNumber>();
    auto number = ApplicationNumber::decode(*text);
    if (!number) return number.error();
    return std::optional<ApplicationNumber>(*number);
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

boost::json::array encode_documents(const std::vector<ApprovedDocument>& documents) {
    boost::json::array list;
    for (const ApprovedDocument& document : documents) {
        boost::json::object entry = {{"alg", to_string(document.digest.algorithm())},
                                     {"digest", document.digest.hex()}};
        if (!document.name.empty()) entry["name"] = document.name;
        list.push_back(std::move(entry));
    }
    return list;
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
    if (!documents.empty()) claims["documents"] = encode_documents(documents);
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
    auto audience = decode_audience(*claims);
    if (!audience) return audience.error();
    const auto applicant = PersonId::decode(raw->sub);
    if (!applicant) return malformed("claim \"sub\": " + applicant.error().message);
    auto id = decode_text(raw->jti, "claim \"jti\"", max_id_bytes);
    if (!id) return id.error();
    const auto validity = decode_validity(raw->iat, raw->nbf, raw->exp);
    if (!validity) return validity.error();
    const auto application = decode_application(raw->application);
    if (!application) return malformed("claim \"application\": " + application.error().message);
    const auto seal = SealName::decode(raw->seal);
    if (!seal) return malformed("claim \"seal\": " + seal.error().message);
    const auto step = StepName::decode(raw->step);
    if (!step) return malformed("claim \"step\": " + step.error().message);
    const auto decision = decode_decision(raw->decision);
    if (!decision) return decision.error();
    auto scope = decode_scope(raw->documents, raw->quota);
    if (!scope) return scope.error();
    auto purpose = decode_optional_text(raw->purpose, "claim \"purpose\"", max_text_bytes);
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
