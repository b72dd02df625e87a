#include "core/claims.hpp"

#include "core/json.hpp"

namespace seald::claims {
namespace {

constexpr std::size_t max_audience_bytes = 255;
constexpr std::size_t max_document_name_bytes = 255;  // what a file system allows
constexpr std::int64_t last_second = 253'402'300'799;  // 9999-12-31T23:59:59Z, the end of RFC 3339

Result<Timestamp> decode_seconds(std::int64_t value, std::string_view claim) {
    if (value < 0 || value > last_second)
        return malformed("claim \"" + std::string(claim) + "\" is not a time between 1970 and 9999");
    return from_unix(value);
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

}  // namespace

Result<std::string> decode_audience(const boost::json::object& claims) {
    const boost::json::value* aud = claims.if_contains("aud");
    if (aud != nullptr && aud->is_array() && aud->get_array().size() == 1) aud = &aud->get_array()[0];
    if (aud == nullptr || !aud->is_string()) return malformed("claim \"aud\" must be exactly one string");
    return decode_text(std::string_view(aud->get_string()), "claim \"aud\"", max_audience_bytes);
}

Result<std::string> decode_optional_text(const std::optional<std::string>& text, std::string_view what,
                                         std::size_t limit) {
    if (!text || text->empty()) return std::string();
    return decode_text(*text, what, limit);
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

Result<std::optional<ApplicationNumber>> decode_application(const std::optional<std::string>& text) {
    if (!text) return std::optional<ApplicationNumber>();
    auto number = ApplicationNumber::decode(*text);
    if (!number) return number.error();
    return std::optional<ApplicationNumber>(*number);
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

}  // namespace seald::claims
