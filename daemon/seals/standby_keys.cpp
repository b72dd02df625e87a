#include "daemon/seals/standby_keys.hpp"

#include <algorithm>

#include "core/json.hpp"
#include "daemon/ledger/entry_fields.hpp"
#include "daemon/ledger/record.hpp"
#include "daemon/store/seal_table.hpp"
#include "daemon/store/token_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

json::object fields_of(const Caller& caller, const Seal& seal, const StandbyWish& wish) {
    return {{"caller", entry_fields::caller(caller)},
            {"seal", seal.name.str()},
            {"state", to_string(seal.state)},
            {"token", wish.token.str()},
            {"purpose", wish.key_id.empty() ? "move the key to a second token" : "enrol the key on a second token"}};
}

// An earlier try may have got the key across and not into the register.
asio::awaitable<bool> is_there_already(Token& token, Seal seal) {
    auto list = co_await token.list_keys();
    if (!list) co_return false;
    const auto found = std::ranges::find(list->keys, seal.key_id, &token_protocol::KeyInfo::key_id);
    co_return found != list->keys.end() && found->spki == seal.public_key.to_der();
}

asio::awaitable<Result<KeyPlace>> move_key(Token& from, Token& to, Seal seal) {
    if (co_await is_there_already(to, seal)) co_return KeyPlace{to.name(), to.info().serial, seal.key_id};
    auto wrapping = co_await to.make_wrapping_key();
    if (!wrapping) co_return wrapping.error();
    token_protocol::WrapRequest wrap{seal.key_id, std::move(wrapping->spki)};
    auto wrapped = co_await from.wrap(std::move(wrap));
    if (!wrapped) co_return wrapped.error();
    token_protocol::UnwrapRequest unwrap{std::move(wrapped->wrapped_secret), std::move(wrapped->wrapped_key), seal.name.str(),
                                         seal.key_id, seal.public_key.to_der()};
    auto moved = co_await to.unwrap(std::move(unwrap));
    if (!moved) co_return moved.error();
    co_return KeyPlace{to.name(), to.info().serial, seal.key_id};
}

asio::awaitable<Result<KeyPlace>> find_key(Token& token, Seal seal, Bytes key_id) {
    auto list = co_await token.list_keys();
    if (!list) co_return list.error();
    const auto found = std::ranges::find(list->keys, key_id, &token_protocol::KeyInfo::key_id);
    if (found == list->keys.end())
        co_return not_found("token " + token.name().str() + " has no key with the id " + encode_hex(key_id));
    if (found->spki != seal.public_key.to_der())
        co_return unacceptable("the key " + encode_hex(key_id) + " on token " + token.name().str() + " is another than seal " +
                               seal.name.str() + "'s");
    co_return KeyPlace{token.name(), token.info().serial, std::move(key_id)};
}

// As the token said when it made the key; of one that was there before, only its token knows.
bool stays_where_it_is(const Seal& seal) {
    const auto attributes = parse_json_object(seal.key_attributes);
    const auto* extractable = attributes ? attributes->if_contains("extractable") : nullptr;
    return extractable != nullptr && extractable->is_bool() && !extractable->get_bool();
}

asio::awaitable<Result<void>> prove(Token& token, Seal seal, Bytes key_id) {
    auto scheme = document_scheme(seal.algorithm);
    if (!scheme) co_return scheme.error();
    const std::string statement = "seald proof of possession\n" + seal.name.str() + "\n" + token.name().str() + "\n";
    const Digest digest = Digest::of(default_digest(seal.algorithm), as_bytes(statement));
    token_protocol::SignRequest request{std::move(key_id), seal.algorithm, *scheme, digest};
    auto signature = co_await token.sign(std::move(request));
    if (!signature) co_return signature.error();
    co_return seal.public_key.verify_digest(digest, *scheme, signature->value);
}

}  // namespace

asio::awaitable<Result<void>> StandbyKeys::check(SealName name, StandbyWish wish) {
    auto seal = co_await seals_.find(name);
    if (!seal) co_return seal.error();
    if (auto sensible = check_wish(*seal, wish); !sensible) co_return sensible.error();
    if (wish.key_id.empty() && stays_where_it_is(*seal))
        co_return unacceptable("the key of seal " + name.str() + " cannot leave its token: only a key made with `seal make --wrappable` or `seal replace --wrappable` can be moved; for one that is on both, say --key");
    co_return Result<void>();
}

asio::awaitable<Result<void>> StandbyKeys::add(Caller caller, SealName name, StandbyWish wish, json::object hands, Also also) {
    auto seal = co_await seals_.find(name);
    if (!seal) co_return seal.error();
    if (auto sensible = check_wish(*seal, wish); !sensible) co_return sensible.error();
    // The key's use is recorded before it is used.
    auto fields = fields_of(caller, *seal, wish);
    for (auto& each : hands) fields[each.key()] = std::move(each.value());
    auto begin = Entry::make("key-use", clock_.now(), fields);
    if (auto begun = co_await record_entry(store_, std::move(begin)); !begun) co_return begun.error();
    auto place = co_await place_key(*seal, std::move(wish));
    if (!place) co_return place.error();
    co_return co_await enrol(*seal, *place, std::move(fields), std::move(also));
}

Result<void> StandbyKeys::check_wish(const Seal& seal, const StandbyWish& wish) {
    if (seal.state == SealState::lost || seal.state == SealState::cancelled || seal.state == SealState::destroyed)
        return conflict("seal-state", "seal " + seal.name.str() + " is " + std::string(to_string(seal.state)) +
                                          ": it is not used any more");
    for (const auto& place : seal.places())
        if (place.token == wish.token)
            return conflict("seal-key-taken", "seal " + seal.name.str() + " is on token " + wish.token.str() + " already");
    if (auto to = tokens_.find_ready(wish.token); !to) return to.error();
    if (!wish.key_id.empty()) return {};
    if (auto from = tokens_.find_ready(seal.token); !from) return from.error();
    return {};
}

asio::awaitable<Result<KeyPlace>> StandbyKeys::place_key(Seal seal, StandbyWish wish) {
    auto to = tokens_.find(wish.token), from = tokens_.find(seal.token);
    if (!to) co_return to.error();
    if (!wish.key_id.empty()) co_return co_await find_key(**to, std::move(seal), std::move(wish.key_id));
    if (!from) co_return from.error();
    co_return co_await move_key(**from, **to, std::move(seal));
}

asio::awaitable<Result<void>> StandbyKeys::enrol(Seal seal, KeyPlace place, json::object fields, Also also) {
    auto token = tokens_.find(place.token);
    if (!token) co_return token.error();
    if (auto proven = co_await prove(**token, seal, place.key_id); !proven) co_return proven.error();
    fields["token_serial"] = place.token_serial;
    fields["key_id"] = encode_hex(place.key_id);
    const auto& info = (*token)->info();
    const tables::TokenIdentity device{.serial = info.serial, .model = info.model, .manufacturer = info.manufacturer};
    std::function<Result<std::uint64_t>(Transaction&)> work =
        [name = seal.name, version = seal.version, place, device, also = std::move(also), entry = Entry::make("seal-standby", clock_.now(), fields)](Transaction& transaction) -> Result<std::uint64_t> {
        if (auto same = tables::remember_token(transaction.database(), place.token, device); !same) return same.error();
        if (auto inserted = tables::insert_standby(transaction.database(), name, version, place); !inserted) return inserted.error();
        if (auto noted = also(transaction); !noted) return noted.error();
        return transaction.append(entry);
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    (*token)->expect({device.serial, device.manufacturer, device.model, place.key_id, seal.public_key.to_der()});
    co_return Result<void>();
}

}  // namespace seald
