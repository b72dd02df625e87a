#include "daemon/store/entry.hpp"

#include <boost/json/array.hpp>
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

// {"digest":…,"name":…}, or the digest alone.
void add_document(std::vector<Entry::DocumentName>& documents, const json::value& value) {
    if (value.is_string()) documents.push_back({std::string(value.get_string()), ""});
    if (!value.is_object()) return;
    if (auto digest = find_text(value.get_object(), "digest"))
        documents.push_back({std::move(*digest), find_text(value.get_object(), "name").value_or("")});
}

std::vector<Entry::DocumentName> find_documents(const json::object& fields) {
    std::vector<Entry::DocumentName> documents;
    if (const auto* one = fields.if_contains("document")) add_document(documents, *one);
    if (const auto* list = fields.if_contains("documents"); list != nullptr && list->is_array())
        for (const auto& each : list->get_array()) add_document(documents, each);
    return documents;
}

Entry with_columns(std::string kind, Timestamp time, std::string body, const json::object& fields) {
    return {.kind = std::move(kind),
            .time = time,
            .body = std::move(body),
            .seal = find_text(fields, "seal"),
            .person = find_text(fields, "caller", "id"),
            .application = find_text(fields, "application"),
            .result = find_text(fields, "result"),
            .documents = find_documents(fields),
            .detached = {}};
}

}  // namespace

Entry Entry::make(std::string kind, Timestamp time, const json::object& fields) {
    json::object whole;
    whole.reserve(fields.size() + 2);
    whole["kind"] = kind;
    whole["time"] = to_rfc3339(time);
    for (const auto& field : fields)
        if (field.key() != "kind" && field.key() != "time") whole.emplace(field.key(), field.value());
    auto entry = with_columns(std::move(kind), time, json::serialize(whole), fields);
    while (entry.body.size() > max_entry_size) {
        auto field = detach_longest(whole);
        if (!field) break;
        entry.detached.push_back(std::move(*field));
        entry.body = json::serialize(whole);
    }
    return entry;
}

Result<Entry> Entry::decode(std::string body, const DetachedLookup& find_detached) {
    auto fields = parse_json_object(body);
    if (!fields) return fields.error();
    auto kind = find_text(*fields, "kind");
    if (!kind || kind->empty()) return malformed("an entry without a kind");
    const auto time = decode_rfc3339(find_text(*fields, "time").value_or(""));
    if (!time) return time.error();
    auto detached = attach_all(*fields, find_detached);
    if (!detached) return detached.error();
    auto entry = with_columns(std::move(*kind), *time, std::move(body), *fields);
    entry.detached = std::move(*detached);
    return entry;
}

}  // namespace seald
