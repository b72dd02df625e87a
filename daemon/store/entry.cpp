#include "daemon/store/entry.hpp"

#include <boost/json/serialize.hpp>

#include "core/json.hpp"

namespace seald {
namespace {

namespace json = boost::json;

std::optional<std::string> find_text(const json::object& object, std::string_view field) {
    const auto* value = object.if_contains(field);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

std::optional<std::string> find_text(const json::object& object, std::string_view outer, std::string_view field) {
    const auto* value = object.if_contains(outer);
    if (value == nullptr || !value->is_object()) return std::nullopt;
    return find_text(value->get_object(), field);
}

Entry with_columns(std::string kind, Timestamp time, std::string body, const json::object& fields) {
    return {.kind = std::move(kind),
            .time = time,
            .body = std::move(body),
            .seal = find_text(fields, "seal"),
            .person = find_text(fields, "caller", "id"),
            .application = find_text(fields, "application"),
            .document = find_text(fields, "document", "digest"),
            .result = find_text(fields, "result")};
}

}  // namespace

Entry Entry::make(std::string kind, Timestamp time, const json::object& fields) {
    json::object whole;
    whole.reserve(fields.size() + 2);
    whole["kind"] = kind;
    whole["time"] = to_rfc3339(time);
    for (const auto& field : fields)
        if (field.key() != "kind" && field.key() != "time") whole.emplace(field.key(), field.value());
    return with_columns(std::move(kind), time, json::serialize(whole), fields);
}

Result<Entry> Entry::decode(std::string body) {
    auto fields = parse_json_object(body);
    if (!fields) return fields.error();
    auto kind = find_text(*fields, "kind");
    if (!kind || kind->empty()) return malformed("an entry without a kind");
    const auto time = decode_rfc3339(find_text(*fields, "time").value_or(""));
    if (!time) return time.error();
    return with_columns(std::move(*kind), *time, std::move(body), *fields);
}

}  // namespace seald
