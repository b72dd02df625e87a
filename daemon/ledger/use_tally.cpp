#include "daemon/ledger/use_tally.hpp"

#include "core/json.hpp"
#include "daemon/store/intent_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;

// As long as a token may take to make a key, after the entry that says so.
constexpr std::chrono::minutes longest_key_use{4};

std::string_view text_in(const json::object& fields, const char* name) {
    const auto* value = fields.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

std::optional<std::uint64_t> number_of(const json::value& value) {
    if (value.is_int64() && value.get_int64() >= 0) return static_cast<std::uint64_t>(value.get_int64());
    if (value.is_uint64()) return value.get_uint64();
    return std::nullopt;
}

std::optional<std::uint64_t> number_in(const json::object& fields, const char* name) {
    const auto* value = fields.if_contains(name);
    return value != nullptr ? number_of(*value) : std::nullopt;
}

}  // namespace

bool UseTally::is_of_this_key(const json::object& fields) const {
    const auto version = number_in(fields, "version");
    return !version || *version == key_.version;
}

void UseTally::begin(const StoredEntry& stored, const json::object& fields) {
    const auto& kind = stored.entry.kind;
    if (kind == "intent" && is_of_this_key(fields)) open_.insert(stored.index);
    if (kind == "key-use" && text_in(fields, "token") == key_.token.str() && is_of_this_key(fields)) ++maybe_;
    // After each login the device shows that it has the key.
    if (kind == "token-unlock-attempt" && text_in(fields, "token") == key_.token.str() && text_in(fields, "challenge_key") == encode_hex(key_.key_id)) ++maybe_;
    const auto* intents = kind == "fail-over" && text_in(fields, "instead_of") == key_.token.str() ? fields.if_contains("intents") : nullptr;
    if (intents == nullptr || !intents->is_array()) return;
    for (const auto& each : intents->get_array())
        if (const auto index = number_of(each); index && open_.contains(*index)) tried_here_.insert(*index);
}

void UseTally::end(const StoredEntry& stored, const json::object& fields) {
    const auto intent = number_in(fields, "intent");
    if (stored.entry.kind != "outcome" || !intent || open_.erase(*intent) == 0) return;
    const bool tried_here = tried_here_.erase(*intent) > 0;
    if (stored.index < since_.asked) return;  // it is in the count already
    const bool made = stored.entry.result == "signed" || stored.entry.result == "discarded";
    const bool made_here = made && text_in(fields, "token") == key_.token.str();
    if (made_here && *intent >= since_.answered)
        ++sure_;
    else if (made_here || !made || tried_here)
        ++maybe_;
}

Result<void> UseTally::add(const StoredEntry& entry) {
    auto fields = parse_json_object(entry.entry.body);
    if (!fields) return fields.error();
    begin(entry, *fields);
    end(entry, *fields);
    return {};
}

Result<void> UseTally::add_meanwhile(const StoredEntry& entry) {
    auto fields = parse_json_object(entry.entry.body);
    if (!fields) return fields.error();
    begin(entry, *fields);
    return {};
}

Result<std::vector<StoredEntry>> entries_to_tally(Database& database, const SealName& seal, std::uint64_t from, std::uint64_t to) {
    static const std::string sql = select_entries + "WHERE idx >= ? AND idx < ? AND (+seal = ? OR +kind = 'token-unlock-attempt') ORDER BY idx";
    return all_rows(database.query(sql, from, to, seal.str()), entry_at);
}

Result<std::uint64_t> oldest_under_way(Database& database, const SealName& seal, std::uint64_t size, Timestamp now) {
    std::uint64_t oldest = size;
    auto open = tables::open_intents(database);
    if (!open) return open.error();
    for (const auto& intent : *open)
        if (intent.seal == seal) oldest = std::min(oldest, intent.index);
    // What the key was used for is over once it became a part of the seal's life.
    static const std::string lives = select_lives + "AND seal = ? ORDER BY idx DESC LIMIT 1";
    auto life = first_row(database.query(lives, seal.str()), entry_at);
    if (!life) return life.error();
    static const std::string uses = select_entries + "INDEXED BY entry_by_kind WHERE kind = 'key-use' AND seal = ? AND time >= ? AND idx > ? ORDER BY idx LIMIT 1";
    auto use = first_row(database.query(uses, seal.str(), now - longest_key_use, *life ? (*life)->index : 0), entry_at);
    if (!use) return use.error();
    if (*use) oldest = std::min(oldest, (*use)->index);
    return oldest;
}

}  // namespace seald
