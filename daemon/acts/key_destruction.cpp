#include "daemon/acts/key_destruction.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "core/json.hpp"
#include "daemon/ledger/entry_fields.hpp"
#include "daemon/store/act_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

json::object fields_of(const KeyPlace& place) {
    return {{"token", place.token.str()}, {"token_serial", place.token_serial}, {"key_id", encode_hex(place.key_id)}};
}

bool by_device(const PendingAct& act, const KeyPlace& place) {
    auto stated = read_statement(act.statement);
    if (!stated) return false;
    const auto* devices = stated->parameters.if_contains("devices");
    if (devices == nullptr || !devices->is_array()) return false;
    return std::ranges::any_of(devices->get_array(), [&](const json::value& each) { return each.is_string() && each.get_string() == place.token.str(); });
}

bool is_among(const std::vector<tables::DestroyedKey>& gone, const KeyPlace& place) {
    return std::ranges::any_of(gone, [&](const tables::DestroyedKey& each) { return each.place.token_serial == place.token_serial && each.place.key_id == place.key_id; });
}

// Those that are not known to be gone.
Result<std::vector<tables::SealKey>> find_left(Database& database, const SealName& name) {
    auto keys = tables::keys_of(database, name);
    if (!keys) return keys.error();
    const auto gone = tables::destroyed_keys_of(database, name);
    if (!gone) return gone.error();
    std::erase_if(*keys, [&](const tables::SealKey& key) { return is_among(*gone, key.place); });
    return keys;
}

// Asked anew before each key: whoever asked for the destruction may have withdrawn it while the one before was destroyed, and
// two who complete it at once meet at the same keys.
Result<bool> is_left_to_destroy(Database& database, const ActNumber& number, const KeyPlace& place) {
    auto act = read_act(database, number);
    if (!act) return act.error();
    if (act->state != DualActState::confirmed && act->state != DualActState::done)
        return conflict("act-closed", number.str() + " is " + std::string(to_string(act->state)) + ": no other key is destroyed");
    const auto gone = tables::destroyed_keys_of(database, *act->seal);
    if (!gone) return gone.error();
    return !is_among(*gone, place);
}

// For an act's parameters: every key that is destroyed, and those whose whole device is destroyed by hand before the witnesses.
json::object destruction_of(const std::vector<tables::SealKey>& keys, const std::set<TokenName>& devices) {
    json::array all, by_hand;
    for (const auto& key : keys) all.push_back(fields_of(key.place));
    for (const TokenName& token : devices) by_hand.push_back(json::string(token.str()));
    return {{"keys", std::move(all)}, {"devices", std::move(by_hand)}};
}

// The statement that the witnesses signed, their signatures with the keys they were checked with, and what was read back:
// whoever has this entry and its receipt needs nothing else.
Result<json::object> certificate_of(Database& database, const PendingAct& act, const Seal& seal, const Policy& policy) {
    json::array witnesses, keys;
    for (const auto& each : act.confirmations) {
        witnesses.push_back(json::object{
            {"person", each.person.str()}, {"name", policy.name_of(each.person)}, {"at", to_rfc3339(each.confirmed_at)}, {"jws", each.jws}, {"key", each.key}});
    }
    auto gone = tables::destroyed_keys_of(database, seal.name);
    if (!gone) return gone.error();
    for (const auto& each : *gone) {
        auto fields = fields_of(each.place);
        fields["ledger_index"] = each.ledger_index;
        fields["how"] = by_device(act, each.place) ? "device destroyed before the witnesses" : "destroyed in the token, and read back: gone";
        keys.push_back(std::move(fields));
    }
    json::object fields = hands_of(act);
    fields["title"] = seal.title;
    fields["owner"] = seal.owner;
    fields["kind_of_seal"] = to_string(seal.kind);
    fields["public_key_thumbprint"] = seal.public_key.thumbprint();
    if (seal.certificate) fields["certificate"] = entry_fields::certificate(*seal.certificate);
    fields["statement"] = act.statement;
    fields["witnesses"] = std::move(witnesses);
    fields["keys"] = std::move(keys);
    return fields;
}

Result<void> write_end(Transaction& transaction, const PendingAct& number, const Hand& hand) {
    auto act = read_act(transaction.database(), number.number);
    if (!act) return act.error();
    if (act->state == DualActState::done) return {};  // somebody else completed it meanwhile
    const auto left = find_left(transaction.database(), *act->seal);
    if (!left) return left.error();
    if (!left->empty()) return internal_error("a key of " + act->seal->str() + " is not destroyed");
    auto ending = read_seal(transaction.database(), *act->seal);
    if (!ending) return ending.error();
    auto certificate = certificate_of(transaction.database(), *act, *ending, hand.policy);
    if (!certificate) return certificate.error();
    if (auto done = write_act_done(transaction, *act, hand.now); !done) return done.error();
    const SealActRequest request{.act = SealAct::destroy, .reason = act->reason, .filing = {}, .more = std::move(*certificate)};
    auto seal = write_seal_act(transaction, hand.caller, *act->seal, request, hand.now);
    if (!seal) return seal.error();
    return {};
}

}  // namespace

asio::awaitable<Result<json::object>> KeyDestruction::plan(SealName name, std::set<TokenName> devices) {
    std::function<Result<std::vector<tables::SealKey>>(Database&)> find = [name](Database& database) -> Result<std::vector<tables::SealKey>> {
        if (auto seal = read_seal(database, name); !seal) return seal.error();
        return tables::keys_of(database, name);
    };
    auto keys = co_await store_.read(std::move(find));
    if (!keys) co_return keys.error();
    for (const TokenName& token : devices)
        if (std::ranges::none_of(*keys, [&](const tables::SealKey& key) { return key.place.token == token; }))
            co_return conflict("device-without-key", "seal " + name.str() + " has no key on token " + token.str() + ": leave the device out");
    co_return destruction_of(*keys, devices);
}

asio::awaitable<Result<void>> KeyDestruction::carry_out(Caller caller, PendingAct act) {
    const SealName name = *act.seal;
    std::function<Result<std::vector<tables::SealKey>>(Database&)> find = [name](Database& database) { return find_left(database, name); };
    auto left = co_await store_.read(std::move(find));
    if (!left) co_return left.error();
    std::optional<Error> missing;
    for (const auto& key : *left) {
        std::function<Result<bool>(Database&)> look = [number = act.number, place = key.place](Database& database) { return is_left_to_destroy(database, number, place); };
        auto still_left = co_await store_.read(std::move(look));
        if (!still_left) co_return still_left.error();
        if (!*still_left) continue;
        auto gone = co_await destroy_at(caller, act, key);
        if (!gone && !missing) missing = gone.error();
    }
    if (missing) co_return *missing;
    std::function<Result<bool>(Transaction&)> work = [caller, act, policy = policies_.current(), now = clock_.now()](Transaction& transaction) -> Result<bool> {
        if (auto ended = write_end(transaction, act, Hand{caller, *policy, now}); !ended) return ended.error();
        return true;
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    co_return Result<void>();
}

asio::awaitable<Result<void>> KeyDestruction::destroy_at(Caller caller, PendingAct act, tables::SealKey key) {
    const KeyPlace& place = key.place;
    const SealName seal = *act.seal;
    std::uint64_t objects = 0;
    const bool by_hand = by_device(act, place);
    if (!by_hand) {
        auto token = tokens_.find_ready(place.token);
        if (!token) co_return token.error();
        if ((*token)->info().serial != place.token_serial)
            co_return unavailable("token " + place.token.str() + " is another device than the one with the key (serial " + place.token_serial + "): insert that one", false);
        token_protocol::DestroyRequest request{place.key_id, key.key.to_der()};
        auto gone = co_await (*token)->destroy(std::move(request));
        if (!gone) co_return gone.error();
        objects = gone->destroyed;
    }
    auto fields = hands_of(act);
    fields["caller"] = entry_fields::caller(caller);
    fields["seal"] = seal.str();
    for (auto& each : fields_of(place)) fields[each.key()] = each.value();
    fields["destroyed_objects"] = objects;
    fields["read_back"] = by_hand ? "not asked: the device was destroyed before the witnesses" : "nothing on the token has this id any more";
    std::function<Result<bool>(Transaction&)> work = [seal, place, entry = Entry::make("key-destroyed", clock_.now(), fields)](
                                                         Transaction& transaction) -> Result<bool> {
        const auto gone = tables::destroyed_keys_of(transaction.database(), seal);
        if (!gone) return gone.error();
        if (is_among(*gone, place)) return true;  // somebody else completed it meanwhile
        auto index = transaction.append(entry);
        if (!index) return index.error();
        if (auto noted = tables::insert_destroyed_key(transaction.database(), seal, {place, *index}); !noted) return noted.error();
        return true;
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    co_return Result<void>();
}

}  // namespace seald
