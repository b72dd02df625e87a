#include "daemon/restore_entry.hpp"

#include <unistd.h>

#include <boost/json/array.hpp>

#include "daemon/model/seal.hpp"
#include "daemon/seals/overtaken_acts.hpp"
#include "daemon/store/seal_table.hpp"
#include "daemon/store/version_table.hpp"
#include "daemon/version.hpp"

namespace seald {
namespace {

namespace json = boost::json;

json::object nobody() { return {{"id", "seald"}, {"kind", "daemon"}}; }

json::object entry_of(const Restored& restored, json::array suspended, json::array unplanned) {
    json::array compared;
    for (const auto& each : restored.compared) compared.push_back(json::object{{"file", each.file.string()}, {"size", each.checkpoint.size}});
    json::value lost = nullptr;
    if (restored.loss) lost = json::object{{"from", restored.loss->from}, {"to", restored.loss->to ? json::value(*restored.loss->to) : json::value(nullptr)}};
    return {{"caller", nobody()},
            {"uid", ::getuid()},
            {"version", version},
            {"manifest", restored.manifest_digest},
            {"made_at", to_rfc3339(restored.manifest.made_at)},
            {"entries", restored.entries},
            {"checkpoints", std::move(compared)},
            {"lost", std::move(lost)},
            {"reason", restored.reason.empty() ? json::value(nullptr) : json::value(restored.reason)},
            {"suspended", std::move(suspended)},
            {"unplanned", std::move(unplanned)}};
}

// Whether somebody withdrew the key after the backup, or cut over to it, is not known: no key takes over by itself. The seals whose plan is void.
Result<json::array> drop_plans(Database& database, const std::vector<Seal>& seals) {
    json::array unplanned;
    for (const Seal& seal : seals) {
        auto waiting = tables::find_waiting_version(database, seal.name);
        if (!waiting) return waiting.error();
        if (!*waiting || !(*waiting)->planned) continue;
        (*waiting)->planned.reset();
        if (auto updated = tables::update_waiting_version(database, **waiting); !updated) return updated.error();
        unplanned.push_back(json::string(seal.name.str()));
    }
    return unplanned;
}

Result<void> suspend(Transaction& transaction, Seal& seal, const std::string& reason, Timestamp now) {
    const SealState before = seal.state;
    const std::uint64_t epoch = seal.epoch;
    seal.approvals_void_until = until_resumed;
    if (before == SealState::in_force) {
        seal.state = SealState::suspended;
        seal.reason = reason;
        ++seal.epoch;
    }
    if (auto updated = tables::update_seal(transaction.database(), seal, before, epoch); !updated) return updated.error();
    if (before != SealState::in_force) return {};
    const json::object fields{{"caller", nobody()}, {"seal", seal.name.str()}, {"state", to_string(seal.state)}, {"epoch", seal.epoch}, {"reason", reason}};
    if (auto index = transaction.append(Entry::make("seal-suspend", now, fields)); !index) return index.error();
    return {};
}

}  // namespace

Result<void> write_restored(Transaction& transaction, const Restored& restored, Timestamp now) {
    auto seals = tables::list_seals(transaction.database());
    if (!seals) return seals.error();
    json::array suspended;
    for (const Seal& seal : *seals)
        if (seal.state == SealState::in_force) suspended.push_back(json::string(seal.name.str()));
    auto unplanned = drop_plans(transaction.database(), *seals);
    if (!unplanned) return unplanned.error();
    auto fields = entry_of(restored, std::move(suspended), std::move(*unplanned));
    if (auto index = transaction.append(Entry::make("restored", now, fields)); !index) return index.error();
    const std::string reason = "restored from the backup of " + to_rfc3339(restored.manifest.made_at);
    for (Seal& seal : *seals) {
        // Stops since are not known: who asked for something asks again.
        if (auto over = end_overtaken_acts(transaction, seal.name, reason, now); !over) return over;
        const bool ended = seal.state == SealState::lost || seal.state == SealState::cancelled || seal.state == SealState::destroyed;
        if (ended) continue;
        if (auto done = suspend(transaction, seal, reason, now); !done) return done;
    }
    // Which PINs were refused since is not known: none is sent by itself.
    if (auto locked = transaction.database().change("UPDATE token SET locked = 1"); !locked) return locked.error();
    return {};
}

}  // namespace seald
