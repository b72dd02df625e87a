#include "daemon/store/state_since.hpp"

#include "core/json.hpp"

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

// Backwards through the entries of its life, each of which names the state it led to, as long as that is the same.
Result<std::optional<StateSince>> find_state_since(Database& database, const SealName& seal) {
    auto rows = database.query("SELECT idx, body, time FROM entry WHERE seal = ? AND kind LIKE 'seal-%' ORDER BY idx DESC", seal.str());
    std::optional<StateSince> since;
    std::string state;
    for (;;) {
        const auto there = rows.step();
        if (!there) return there.error();
        if (!*there) return since;
        auto was = state_of(rows.text(1));
        if (!was) return was.error();
        if (since && *was != state) return since;
        state = std::move(*was);
        since = StateSince{rows.time(2), rows.index(0)};
    }
}

}  // namespace seald
