#include "core/detached_field.hpp"

#include <boost/json/serialize.hpp>

#include "core/digest.hpp"
#include "core/json.hpp"

namespace seald {
namespace {

namespace json = boost::json;

std::optional<std::string> digest_in_place_of(const json::value& value) {
    if (!value.is_object() || value.get_object().size() != 2 || !value.get_object().contains("bytes"))
        return std::nullopt;
    const auto* digest = value.get_object().if_contains("detached");
    if (digest == nullptr || !digest->is_string()) return std::nullopt;
    return std::string(digest->get_string());
}

}  // namespace

std::string detached_digest(std::string_view content) {
    return "sha256:" + Digest::of(DigestAlgorithm::sha256, as_bytes(content)).hex();
}

std::optional<DetachedField> detach_longest(json::object& entry) {
    json::value* longest = nullptr;
    std::string content;
    for (auto& field : entry)
        if (auto text = json::serialize(field.value()); text.size() > content.size()) {
            longest = &field.value();
            content = std::move(text);
        }
    if (longest == nullptr) return std::nullopt;
    json::object mark{{"detached", detached_digest(content)}, {"bytes", content.size()}};
    if (json::serialize(mark).size() >= content.size()) return std::nullopt;
    *longest = std::move(mark);
    return DetachedField{detached_digest(content), std::move(content)};
}

std::vector<std::string> detached_digests(const json::object& entry) {
    std::vector<std::string> digests;
    for (const auto& field : entry)
        if (auto digest = digest_in_place_of(field.value())) digests.push_back(std::move(*digest));
    return digests;
}

Result<std::vector<DetachedField>> attach_all(json::object& entry, const DetachedLookup& find) {
    std::vector<DetachedField> attached;
    for (auto& field : entry) {
        const auto digest = digest_in_place_of(field.value());
        if (!digest) continue;
        auto content = find(*digest);
        if (!content) return content.error();
        if (!*content) return verification_failed("its field " + std::string(field.key()) + " is missing");
        auto value = parse_json(**content);
        if (!value) return value.error();
        field.value() = std::move(*value);
        attached.push_back({*digest, std::move(**content)});
    }
    return attached;
}

}  // namespace seald
