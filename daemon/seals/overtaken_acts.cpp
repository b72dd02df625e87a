#include "daemon/seals/overtaken_acts.hpp"

#include "daemon/store/act_table.hpp"

namespace seald {

Result<void> end_overtaken_acts(Transaction& transaction, const SealName& seal, const std::string& why, Timestamp now) {
    namespace json = boost::json;
    auto open = tables::open_acts_of(transaction.database(), seal);
    if (!open) return open.error();
    for (const PendingAct& act : *open) {
        // A destruction that was begun in a token cannot be undone; a copy that was not made yet is not made.
        if (act.state == DualActState::confirmed && act.kind == DualAct::destroy) continue;
        const json::object fields{{"caller", json::object{{"id", "seald"}, {"kind", "daemon"}}},
                                  {"act", act.number.str()},
                                  {"act_kind", to_string(act.kind)},
                                  {"seal", seal.str()},
                                  {"reason", why}};
        if (auto index = transaction.append(Entry::make("act-overtaken", now, fields)); !index) return index.error();
        auto set = tables::set_act_state(transaction.database(), act.number, act.state, DualActState::overtaken, why, now);
        if (!set) return set.error();
    }
    return {};
}

}  // namespace seald
