#include "daemon/ledger/caller_facts.hpp"

#include "daemon/store/intent_table.hpp"
#include "daemon/store/training_table.hpp"

namespace seald {

Result<CallerFacts> read_caller_facts(Database& database, const Seal& seal, const PersonId& caller, const Policy& policy, Timestamp now) {
    CallerFacts facts;
    const SealPolicy* rules = policy.find_seal_policy(seal.name, seal.kind);
    if (rules == nullptr) return facts;
    if (rules->training) {
        auto training = tables::list_training(database, caller);
        if (!training) return training.error();
        facts.training = std::move(*training);
    }
    for (const UseLimit& limit : use_limits(*rules, policy.calendar, now)) {
        auto used = tables::count_uses_since(database, seal.name, caller, limit.since);
        if (!used) return used.error();
        (limit.rule == "rate-limit" ? facts.uses_in_window : facts.uses_today) = *used;
    }
    return facts;
}

}  // namespace seald
