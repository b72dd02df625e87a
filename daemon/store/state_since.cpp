#include "daemon/store/state_since.hpp"

#include "core/json.hpp"
#include "daemon/store/ledger_reader.hpp"

namespace seald {
namespace {

Result<std::string> state_of(const std::string& body) {
    auto object = parse_json_object(body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    in.ignore_unknown();
    auto state = in.text("state");
    if (auto done = in.finish(); !done) return done.error();
    return state;
}

}  // namespace

Result<std::map<SealName, StateSince>> find_states_since(Database& database) {
    static const std::string sql = select_lives + "AND seal IS NOT NULL ORDER BY idx";
    auto entries = all_rows(database.query(sql), entry_at);
    if (!entries) return entries.error();
    std::map<SealName, StateSince> since;
    std::map<SealName, std::string> states;
    for (const auto& [index, entry] : *entries) {
        auto seal = SealName::decode(*entry.seal);
        if (!seal) return seal.error();
        auto state = state_of(entry.body);
        if (!state) return state.error();
        auto& before = states[*seal];
        if (before == *state) continue;
        before = std::move(*state);
        since.insert_or_assign(std::move(*seal), StateSince{entry.time, index});
    }
    return since;
}

}  // namespace seald
