#include "daemon/seals/seal_register.hpp"

#include "core/json.hpp"
#include "daemon/ledger/entry_fields.hpp"
#include "daemon/policy/roles.hpp"
#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/seal_table.hpp"

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

json::object entry_of(const Caller& caller, const Seal& seal, const SealActRequest& request) {
    json::object fields{{"caller", entry_fields::caller(caller)},
                        {"seal", seal.name.str()},
                        {"state", to_string(seal.state)},
                        {"epoch", seal.epoch},
                        {"reason", request.reason}};
    if (request.filing) fields["filing"] = json::object{{"number", request.filing->number}, {"date", request.filing->date}};
    return fields;
}

// Every entry of a seal's life names the state it led to.
Result<StateThen> read_state_at(Database& database, const SealName& name, Timestamp when) {
    auto entry = latest_seal_entry(database, name, when);
    if (!entry) return entry.error();
    if (!*entry) return not_found("there was no seal " + name.str() + " at " + to_rfc3339(when));
    auto body = parse_json_object((*entry)->entry.body);
    if (!body) return body.error();
    ObjectReader fields(*body, "");
    const auto word = fields.text("state");
    fields.ignore_unknown();
    if (auto done = fields.finish(); !done) return done.error();
    auto state = decode_seal_state(word);
    if (!state) return state.error();
    return StateThen{*state, (*entry)->index};
}

}  // namespace

Result<Seal> write_seal_act(Transaction& transaction, const Caller& caller, const SealName& name, const SealActRequest& request, Timestamp now) {
    auto seal = read_seal(transaction.database(), name);
    if (!seal) return seal.error();
    auto next = next_state(seal->state, request.act);
    if (!next) return next.error();
    const SealState before = seal->state;
    const std::uint64_t epoch = seal->epoch;
    seal->state = *next;
    seal->reason = request.reason;
    if (request.filing) seal->filing = request.filing;
    if (is_stop(request.act)) ++seal->epoch;
    // In force means usable: a seal without a valid certificate does not get there.
    if (seal->state == SealState::in_force)
        if (auto usable = check_in_force(*seal, now); !usable) return usable.error();
    if (auto updated = tables::update_seal(transaction.database(), *seal, before, epoch); !updated) return updated.error();
    auto index = transaction.append(Entry::make("seal-" + std::string(to_string(request.act)), now, entry_of(caller, *seal, request)));
    if (!index) return index.error();
    return std::move(*seal);
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
    if (auto may = require_role_for(is_stop(request.act) ? Act::stop_seal : Act::manage_seal, caller); !may) co_return may.error();
    std::function<Result<Seal>(Transaction&)> work = [caller, name, request, now = clock_.now()](Transaction& transaction) {
        return write_seal_act(transaction, caller, name, request, now);
    };
    auto committed = co_await store_.write(std::move(work), is_stop(request.act) ? WhenFull::record : WhenFull::refuse);
    if (!committed) co_return committed.error();
    co_return std::move(committed->value);
}

}  // namespace seald
