#include "daemon/api/refused_request.hpp"

#include "core/json.hpp"
#include "daemon/api/router.hpp"

namespace seald {
namespace {

namespace json = boost::json;

constexpr std::size_t documents_named = 10;  // of a request that may list a thousand

// Only what decodes is repeated: an entry holds no text of the caller's choosing.
template <class Name>
std::optional<std::string> clean(const json::object& object, std::string_view field) {
    const json::value* value = object.if_contains(field);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    auto name = Name::decode(std::string_view(value->as_string()));
    if (!name) return std::nullopt;
    return std::string(name->str());
}

std::optional<std::string> document_of(const json::value& value) {
    const json::object* document = value.if_object();
    const json::value* digest = document == nullptr ? nullptr : document->if_contains("digest");
    const json::object* parts = digest == nullptr ? nullptr : digest->if_object();
    if (parts == nullptr) return std::nullopt;
    const json::value* algorithm = parts->if_contains("alg");
    const json::value* hex = parts->if_contains("value");
    if (algorithm == nullptr || hex == nullptr || !algorithm->is_string() || !hex->is_string()) return std::nullopt;
    auto decoded = Digest::decode(std::string_view(algorithm->as_string()), std::string_view(hex->as_string()));
    if (!decoded) return std::nullopt;
    return std::string(to_string(decoded->algorithm())) + ":" + decoded->hex();
}

void read_path(const std::vector<std::string>& segments, RefusedRequest& refused) {
    if (segments.size() < 3) return;
    if (segments[1] == "seals")
        if (auto name = SealName::decode(segments[2])) refused.seal = name->str();
    if (segments[1] == "applications")
        if (auto number = ApplicationNumber::decode(segments[2])) refused.application = number->str();
}

void read_body(std::string_view body, RefusedRequest& refused) {
    auto object = parse_json_object(body);
    if (!object) return;
    if (auto seal = clean<SealName>(*object, "seal")) refused.seal = seal;
    if (auto number = clean<ApplicationNumber>(*object, "application")) refused.application = number;
    const json::value* documents = object->if_contains("documents");
    if (documents == nullptr || !documents->is_array()) return;
    for (const auto& each : documents->as_array()) {
        if (refused.documents.size() == documents_named) return;
        if (auto document = document_of(each)) refused.documents.push_back(*document);
    }
}

}  // namespace

RefusedRequest describe_refused_request(const HttpRequest& request) {
    RefusedRequest refused{.act = request.method, .request_id = request.id, .seal = {}, .application = {}, .documents = {}};
    if (auto target = decode_target(request.target)) {
        std::string path;
        for (const auto& segment : target->segments) path += "/" + segment;
        if (is_clean_text(path) && path.size() <= 256) refused.act += " " + path;
        read_path(target->segments, refused);
    }
    read_body(request.body, refused);
    return refused;
}

}  // namespace seald
