#include "daemon/seals/seal_register.hpp"

#include <algorithm>

#include "core/json.hpp"
#include "core/look_alike.hpp"
#include "daemon/ledger/custody_rights.hpp"
#include "daemon/ledger/entry_fields.hpp"
#include "daemon/policy/roles.hpp"
#include "daemon/seals/overtaken_acts.hpp"
#include "daemon/store/ledger_purge.hpp"
#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/seal_table.hpp"
#include "daemon/store/version_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;

Error no_such_seal(const SealName& name) {
    return not_found("there is no seal " + name.str() + "; sealctl seal list shows those there are");
}

Result<Seal> read_seal(Database& database, const SealName& name) {
    auto seal = tables::find_seal(database, name);
    if (!seal) return seal.error();
    if (!*seal) return no_such_seal(name);
    return std::move(**seal);
}

bool is_stop(SealAct act) { return act == SealAct::suspend || act == SealAct::lose; }

std::string entry_kind(SealAct act) { return act == SealAct::destroy ? "seal-destroyed" : "seal-" + std::string(to_string(act)); }

// A seal is unique (唯一性): no second one that reads the same is in force beside it.
Result<void> check_unique(Database& database, const Seal& seal) {
    auto others = tables::in_force_of_kind(database, seal.kind);
    if (!others) return others.error();
    for (const auto& other : *others) {
        if (other.name == seal.name || look_of(other.title) != look_of(seal.title) || look_of(other.owner) != look_of(seal.owner)) continue;
        return conflict("seal-not-unique", "seal " + other.name.str() + " is in force already with the same kind, title and owner, and a seal is unique: suspend or cancel " +
                                               other.name.str() + " first");
    }
    return {};
}

Seal as_left_by(Seal seal, const SealActRequest& request, SealState next, Timestamp now) {
    seal.state = next;
    seal.reason = request.reason;
    if (request.filing) seal.filing = request.filing;
    if (is_stop(request.act) || request.act == SealAct::cancel) ++seal.epoch;
    if (request.act == SealAct::cancel) seal.approvals_void_until = until_resumed;
    // From the stop up to now: an approval that was dated ahead does not count either.
    const bool in_force_again = request.act == SealAct::resume || request.act == SealAct::activate;
    if (in_force_again && seal.approvals_void_until) seal.approvals_void_until = std::min(*seal.approvals_void_until, now);
    return seal;
}

json::object entry_of(const Caller& caller, const Seal& seal, const SealActRequest& request) {
    json::object fields{{"caller", entry_fields::caller(caller)},
                        {"seal", seal.name.str()},
                        {"state", to_string(seal.state)},
                        {"epoch", seal.epoch},
                        {"reason", request.reason}};
    for (const auto& each : request.more) fields[each.key()] = each.value();
    if (request.filing) fields["filing"] = json::object{{"number", request.filing->number}, {"date", request.filing->date}};
    return fields;
}

// With the key that was in use then.
Result<Seal> read_seal_then(Database& database, const SealName& name, Timestamp when) {
    auto version = tables::find_version_at(database, name, when);
    if (!version) return version.error();
    auto seal = tables::find_seal_with_version(database, name, version->value_or(0));
    if (!seal) return seal.error();
    if (!*seal) return no_such_seal(name);
    return std::move(**seal);
}

// Where the entries of that time were purged, the entry that says so has the state.
Result<StateThen> read_purged_state(Database& database, const SealName& name, Timestamp when) {
    const auto purged = find_purged_seal_state(database, name.str(), when);
    if (!purged) return purged.error();
    if (!*purged) return not_found("there was no seal " + name.str() + " at " + to_rfc3339(when) + " that the ledger still knows of");
    const auto state = decode_seal_state((*purged)->state);
    if (!state) return state.error();
    auto seal = read_seal_then(database, name, when);
    if (!seal) return seal.error();
    return StateThen{*state, (*purged)->index, std::move(*seal)};
}

// Every entry of a seal's life names the state it led to.
Result<StateThen> read_state_at(Database& database, const SealName& name, Timestamp when) {
    auto entry = latest_seal_entry(database, name, when);
    if (!entry) return entry.error();
    if (!*entry) return read_purged_state(database, name, when);
    auto body = parse_json_object((*entry)->entry.body);
    if (!body) return body.error();
    ObjectReader fields(*body, "");
    const auto word = fields.text("state");
    fields.ignore_unknown();
    if (auto done = fields.finish(); !done) return done.error();
    auto state = decode_seal_state(word);
    if (!state) return state.error();
    auto seal = read_seal_then(database, name, when);
    if (!seal) return seal.error();
    return StateThen{*state, (*entry)->index, std::move(*seal)};
}

}  // namespace

Result<Seal> foresee_seal_act(Database& database, const SealName& name, const SealActRequest& request, Timestamp now) {
    auto seal = read_seal(database, name);
    if (!seal) return seal.error();
    auto next = next_state(seal->state, request.act);
    if (!next) return next.error();
    Seal after = as_left_by(std::move(*seal), request, *next, now);
    if (after.state != SealState::in_force) return after;
    // In force means usable: a seal without a valid certificate does not get there.
    if (auto usable = check_in_force(after, now); !usable) return usable.error();
    if (auto unique = check_unique(database, after); !unique) return unique.error();
    return after;
}

Result<Seal> write_seal_act(Transaction& transaction, const Caller& caller, const SealName& name, const SealActRequest& request, Timestamp now) {
    auto& database = transaction.database();
    auto standing = tables::find_standing(database, name);
    if (!standing) return standing.error();
    if (!*standing) return no_such_seal(name);
    auto seal = foresee_seal_act(database, name, request, now);
    if (!seal) return seal.error();
    if (auto updated = tables::update_seal(database, *seal, (*standing)->state, (*standing)->epoch); !updated) return updated.error();
    auto index = transaction.append(Entry::make(entry_kind(request.act), now, entry_of(caller, *seal, request)));
    if (!index) return index.error();
    const std::string why = "seal " + name.str() + " became " + std::string(to_string(seal->state));
    if (auto over = end_overtaken_acts(transaction, name, why, now); !over) return over.error();
    return std::move(*seal);
}

// Who brings a key along, which may be anywhere else too, does not put it in force alone. Of a key whose making is not in the
// ledger, or not any more, nobody knows where it came from.
Result<bool> takes_two(Database& database, const SealName& name, SealAct act) {
    switch (act) {
        case SealAct::file:
        case SealAct::suspend:
        case SealAct::lose:
            return false;
        case SealAct::resume:
        case SealAct::cancel:
        case SealAct::destroy:
            return true;
        case SealAct::activate:
            break;
    }
    const auto made = find_seal_entry(database, name, "seal-made");
    if (!made) return made.error();
    return !made->has_value();
}

boost::asio::awaitable<Result<bool>> SealRegister::needs_second_person(SealName name, SealAct act) {
    std::function<Result<bool>(Database&)> work = [name, act](Database& database) { return takes_two(database, name, act); };
    co_return co_await store_.read(std::move(work));
}

boost::asio::awaitable<Result<std::vector<Seal>>> SealRegister::list() {
    std::function<Result<std::vector<Seal>>(Database&)> work = [](Database& database) { return tables::list_seals(database); };
    co_return co_await store_.read(std::move(work));
}

boost::asio::awaitable<Result<Seal>> SealRegister::find(SealName name) {
    std::function<Result<Seal>(Database&)> work = [name](Database& database) { return read_seal(database, name); };
    co_return co_await store_.read(std::move(work));
}

boost::asio::awaitable<Result<StateThen>> SealRegister::state_at(SealName name, Timestamp when) {
    std::function<Result<StateThen>(Database&)> work = [name, when](Database& database) { return read_state_at(database, name, when); };
    co_return co_await store_.read(std::move(work));
}

boost::asio::awaitable<Result<Seal>> SealRegister::act(Caller caller, SealName name, SealActRequest request) {
    const Act act = is_stop(request.act) ? Act::stop_seal : Act::manage_seal;
    if (auto may = co_await require_custody_of(store_, act, caller, name, clock_.now()); !may) co_return may.error();
    std::function<Result<Seal>(Transaction&)> work = [caller, name, request, now = clock_.now()](Transaction& transaction) -> Result<Seal> {
        auto two = takes_two(transaction.database(), name, request.act);
        if (!two) return two.error();
        if (*two) return internal_error("a second person confirms to " + std::string(to_string(request.act)) + " a seal");
        return write_seal_act(transaction, caller, name, request, now);
    };
    auto committed = co_await store_.write(std::move(work), is_stop(request.act) ? WhenFull::record : WhenFull::refuse);
    if (!committed) co_return committed.error();
    co_return std::move(committed->value);
}

}  // namespace seald
