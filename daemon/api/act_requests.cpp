#include "core/json.hpp"
#include "daemon/api/request_parts.hpp"
#include "daemon/api/requests.hpp"

namespace seald::requests {

namespace json = boost::json;

Result<StandbyWish> decode_standby(std::string_view body) {
    auto object = parse_json_object(body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    const auto token = in.text("token");
    const auto key_id = in.find_text("key_id");
    const auto reason = in.find_text("reason");
    if (auto done = in.finish(); !done) return done.error();
    auto name = TokenName::decode(token);
    if (!name) return name.error();
    auto clean = decode_text(reason.value_or("for when the first token cannot sign"), "reason", max_text_bytes);
    if (!clean) return clean.error();
    StandbyWish wish{.token = *name, .key_id = {}, .reason = std::move(*clean)};
    if (!key_id) return wish;
    auto bytes = decode_key_id(*key_id);
    if (!bytes) return bytes.error();
    wish.key_id = std::move(*bytes);
    return wish;
}

Result<ActWish> decode_destruction(const SealName& seal, std::string_view body) {
    auto object = parse_json_object(body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    const auto reason = in.text("reason");
    const auto* devices = in.find_array("devices");
    if (auto done = in.finish(); !done) return done.error();
    auto clean = decode_text(reason, "reason", max_text_bytes);
    if (!clean) return clean.error();
    json::array names;
    if (devices != nullptr) names = *devices;
    for (const auto& each : names) {
        if (!each.is_string()) return malformed("\"devices\" must be names of tokens");
        if (auto name = TokenName::decode(std::string_view(each.get_string())); !name) return name.error();
    }
    return ActWish{DualAct::destroy, seal, std::move(*clean), json::object{{"devices", std::move(names)}}};
}

Result<std::string> decode_confirmation(std::string_view body) { return only_text(body, "confirmation"); }

}  // namespace seald::requests
