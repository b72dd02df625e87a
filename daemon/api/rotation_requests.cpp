// What is asked for about a seal's versions.
#include "core/json.hpp"
#include "daemon/api/request_parts.hpp"
#include "daemon/api/requests.hpp"

namespace seald::requests {
namespace {

Result<std::optional<Timestamp>> decode_moment(const std::optional<std::string>& text) {
    if (!text) return std::optional<Timestamp>();
    auto moment = decode_rfc3339(*text);
    if (!moment) return malformed("field \"at\" must be a time like 2026-12-01T00:00:00Z");
    return std::optional(*moment);
}

}  // namespace

Result<KeyAlgorithm> decode_seal_algorithm(std::string_view text) {
    auto algorithm = decode_key_algorithm(text);
    if (algorithm && *algorithm == KeyAlgorithm::ed25519)
        return unacceptable("ed25519 is not for seals: OpenSSL 3.0 and PDF readers cannot verify it in CMS; use ec-p256");
    return algorithm;
}

Result<std::optional<int>> decode_certificate_wish(std::optional<std::int64_t> days, std::optional<bool> csr) {
    if (days.has_value() == csr.value_or(false)) return malformed("give either \"self_signed_days\" or \"csr\": true");
    constexpr std::int64_t longest = 7300;
    if (days && (*days < 1 || *days > longest)) return malformed("field \"self_signed_days\" must be 1 to 7300");
    return days ? std::optional(static_cast<int>(*days)) : std::nullopt;
}

Result<std::string> decode_common_name(const std::optional<std::string>& text) {
    if (!text) return std::string();
    return decode_text(*text, "common_name", 64);  // RFC 5280 ub-common-name
}

Result<Replacement> decode_replacement(const SealName& seal, std::string_view body) {
    auto object = parse_json_object(body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    const auto reason = in.text("reason");
    const auto token = in.find_text("token"), algorithm = in.find_text("algorithm"), common_name = in.find_text("common_name"), at = in.find_text("at");
    const auto days = in.find_integer("self_signed_days");
    const auto csr = in.find_boolean("csr"), wrappable = in.find_boolean("wrappable");
    if (auto done = in.finish(); !done) return done.error();
    auto clean = decode_text(reason, "reason", max_text_bytes);
    if (!clean) return clean.error();
    Replacement wanted{.name = seal, .reason = std::move(*clean), .wrappable = wrappable.value_or(false)};
    if (token) {
        auto name = TokenName::decode(*token);
        if (!name) return name.error();
        wanted.token = *name;
    }
    if (algorithm) {
        auto decoded = decode_seal_algorithm(*algorithm);
        if (!decoded) return decoded.error();
        wanted.algorithm = *decoded;
    }
    auto named = decode_common_name(common_name);
    if (!named) return named.error();
    wanted.common_name = std::move(*named);
    auto self_signed = decode_certificate_wish(days, csr);
    if (!self_signed) return self_signed.error();
    wanted.self_signed_days = *self_signed;
    auto moment = decode_moment(at);
    if (!moment) return moment.error();
    wanted.at = *moment;
    return wanted;
}

Result<std::optional<Timestamp>> decode_cut_over(std::string_view body) {
    auto object = parse_json_object(body.empty() ? "{}" : body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    const auto at = in.find_text("at");
    if (auto done = in.finish(); !done) return done.error();
    return decode_moment(at);
}

}  // namespace seald::requests
