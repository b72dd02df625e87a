#include "daemon/store/entry_columns.hpp"

#include <boost/json/array.hpp>

namespace seald {
namespace {

namespace json = boost::json;

std::optional<std::string_view> text_of(const json::value* value) {
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string_view(value->get_string());
}

std::optional<std::string_view> find_text(const json::object& object, std::string_view field) {
    return text_of(object.if_contains(field));
}

// {"digest":…,"name":…}, or the digest alone.
void add_document(const json::value& value, std::vector<EntryColumns::Document>& documents) {
    if (const auto digest = text_of(&value)) documents.push_back({*digest, {}});
    if (!value.is_object()) return;
    if (const auto digest = find_text(value.get_object(), "digest"))
        documents.push_back({*digest, find_text(value.get_object(), "name").value_or("")});
}

void add_documents(const json::value& list, std::vector<EntryColumns::Document>& documents) {
    if (!list.is_array()) return;
    for (const auto& each : list.get_array()) add_document(each, documents);
}

}  // namespace

void read_columns(const json::object& fields, EntryColumns& columns) {
    const auto* caller = fields.if_contains("caller");
    columns.kind = find_text(fields, "kind").value_or("");
    columns.time = find_text(fields, "time").value_or("");
    columns.seal = find_text(fields, "seal");
    columns.person = caller != nullptr && caller->is_object() ? find_text(caller->get_object(), "id") : std::nullopt;
    columns.application = find_text(fields, "application");
    columns.result = find_text(fields, "result");
    columns.documents.clear();
    if (const auto* one = fields.if_contains("document")) add_document(*one, columns.documents);
    if (const auto* list = fields.if_contains("documents")) add_documents(*list, columns.documents);
}

}  // namespace seald
