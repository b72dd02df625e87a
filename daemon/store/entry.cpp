#include "daemon/store/entry.hpp"

#include <boost/json/serialize.hpp>

#include "core/json.hpp"
#include "daemon/store/entry_columns.hpp"

namespace seald {
namespace {

namespace json = boost::json;

std::optional<std::string> copy_of(std::optional<std::string_view> text) {
    return text ? std::optional<std::string>(*text) : std::nullopt;
}

Entry with_columns(std::string kind, Timestamp time, std::string body, const json::object& fields) {
    EntryColumns columns;
    read_columns(fields, columns);
    Entry entry{.kind = std::move(kind),
                .time = time,
                .body = std::move(body),
                .seal = copy_of(columns.seal),
                .person = copy_of(columns.person),
                .application = copy_of(columns.application),
                .result = copy_of(columns.result),
                .documents = {},
                .detached = {}};
    for (const auto& document : columns.documents)
        entry.documents.push_back({std::string(document.digest), std::string(document.name)});
    return entry;
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
    EntryColumns columns;
    read_columns(*fields, columns);
    if (columns.kind.empty()) return malformed("an entry without a kind");
    std::string kind(columns.kind);
    const auto time = decode_rfc3339(columns.time);
    if (!time) return time.error();
    auto detached = attach_all(*fields, find_detached);
    if (!detached) return detached.error();
    auto entry = with_columns(std::move(kind), *time, std::move(body), *fields);
    entry.detached = std::move(*detached);
    return entry;
}

}  // namespace seald
