#include "daemon/seals/seal_maker.hpp"

#include <boost/json/serialize.hpp>

#include "daemon/ledger/custody_rights.hpp"
#include "daemon/ledger/entry_fields.hpp"
#include "daemon/ledger/record.hpp"
#include "daemon/policy/roles.hpp"
#include "daemon/seals/seal_keys.hpp"
#include "daemon/store/seal_table.hpp"
#include "daemon/store/token_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

json::object seal_fields(const Seal& seal) {
    json::object fields{{"seal", seal.name.str()},           {"state", to_string(seal.state)},
                        {"kind_of_seal", to_string(seal.kind)}, {"title", seal.title},
                        {"owner", seal.owner},               {"token", seal.token.str()},
                        {"token_serial", seal.token_serial}, {"algorithm", to_string(seal.algorithm)},
                        {"key_id", encode_hex(seal.key_id)}, {"public_key_thumbprint", seal.public_key.thumbprint()},
                        {"version", seal.version},           {"number", seal.number}};
    if (seal.deputy) fields["deputy"] = seal.deputy->str();
    if (seal.certificate) fields["certificate"] = entry_fields::certificate(*seal.certificate);
    return fields;
}

// 128 random bits, where the organisation has no numbers of its own for its seals.
std::string number_or_new(const std::string& number) { return number.empty() ? encode_hex(new_key_id()) : number; }

Seal new_seal(const Caller& caller, const NewSeal& wanted, const Token& token, Bytes key_id, PublicKey key, Timestamp now) {
    return {.name = wanted.name,
            .kind = wanted.kind,
            .title = wanted.title,
            .owner = wanted.owner,
            .custodian = caller.id(),
            .token = wanted.token,
            .token_serial = token.info().serial,
            .algorithm = wanted.algorithm,
            .key_id = std::move(key_id),
            .public_key = std::move(key),
            .made_at = now,
            .version_from = now,
            .deputy = wanted.deputy,
            .number = number_or_new(wanted.number)};
}

Seal enrolled_seal(const Caller& caller, const KnownKey& known, const Token& token, PublicKey key, std::vector<Certificate> chain,
                   Timestamp now) {
    const auto algorithm = key.algorithm();
    Seal seal{.name = known.name,
              .kind = known.kind,
              .title = known.title,
              .owner = known.owner,
              .custodian = caller.id(),
              .token = known.token,
              .token_serial = token.info().serial,
              .algorithm = algorithm,
              .key_id = known.key_id,
              .public_key = std::move(key),
              .made_at = now,
              .version_from = now,
              .deputy = known.deputy,
              .number = number_or_new(known.number)};
    seal.certificate = std::move(chain.front());
    seal.chain.assign(chain.begin() + 1, chain.end());
    return seal;
}

// Before anything is made in the token: a name is used once, for ever.
asio::awaitable<Result<void>> check_name_is_free(SealRegister& seals, SealName name) {
    auto existing = co_await seals.find(name);
    if (existing) co_return conflict("seal-name-taken", "there is a seal " + name.str() + " already: choose another name");
    if (existing.error().code != ErrorCode::not_found) co_return existing.error();
    co_return Result<void>();
}

}  // namespace

asio::awaitable<Result<MadeSeal>> SealMaker::make(Caller caller, NewSeal wanted) {
    if (auto may = require_role_for(Act::make_seal, caller); !may) co_return may.error();
    if (auto is_free = co_await check_name_is_free(seals_, wanted.name); !is_free) co_return is_free.error();
    auto token = tokens_.find_ready(wanted.token);
    if (!token) co_return token.error();

    // The key's use for its own certificate is recorded before the key exists.
    json::object attempt{{"caller", entry_fields::caller(caller)}, {"seal", wanted.name.str()}, {"token", wanted.token.str()}, {"purpose", "make the seal"}};
    auto begin = Entry::make("key-use", clock_.now(), attempt);
    if (auto begun = co_await record_entry(store_, std::move(begin)); !begun) co_return begun.error();

    const Bytes key_id = new_key_id();
    token_protocol::GenerateRequest generation{wanted.algorithm, wanted.name.str(), key_id, wanted.wrappable};
    auto key = co_await (*token)->generate(std::move(generation));
    if (!key) co_return key.error();
    auto public_key = PublicKey::from_der(key->spki);
    if (!public_key) co_return public_key.error();

    Seal seal = new_seal(caller, wanted, **token, key_id, std::move(*public_key), clock_.now());
    seal.key_attributes = json::serialize(key_attributes(*key));
    MadeSeal made{.seal = seal, .csr = {}, .key = *key};
    const SubjectFields subject = subject_of(seal, wanted.common_name);
    if (wanted.self_signed_days) {
        auto certificate = co_await self_sign(**token, seal, subject, clock_.now(), *wanted.self_signed_days);
        if (!certificate) co_return certificate.error();
        made.seal.certificate = std::move(*certificate);
    } else {
        auto csr = co_await sign_request(**token, seal, subject);
        if (!csr) co_return csr.error();
        made.csr = std::move(*csr);
    }

    json::object attributes{{"key_attributes", key_attributes(*key)}};
    if (auto entered = co_await enter(std::move(caller), made.seal, "seal-made", std::move(attributes)); !entered) co_return entered.error();
    co_return made;
}

// A new seal into the register, with the device that holds its key.
asio::awaitable<Result<void>> SealMaker::enter(Caller caller, Seal seal, std::string kind, json::object more) {
    auto token = tokens_.find(seal.token);
    if (!token) co_return token.error();
    const auto& info = (*token)->info();
    const tables::TokenIdentity device{.serial = seal.token_serial, .model = info.model, .manufacturer = info.manufacturer};
    auto fields = seal_fields(seal);
    fields["caller"] = entry_fields::caller(caller);
    fields["token_model"] = info.manufacturer + " " + info.model + ", firmware " + info.firmware;
    for (auto& [name, value] : more) fields[name] = std::move(value);
    std::function<Result<std::uint64_t>(Transaction&)> work = [seal, device, entry = Entry::make(std::move(kind), clock_.now(), fields)](
                                                                  Transaction& transaction) -> Result<std::uint64_t> {
        if (auto same = tables::remember_token(transaction.database(), seal.token, device); !same) return same.error();
        if (auto inserted = tables::insert_seal(transaction.database(), seal); !inserted) return inserted.error();
        return transaction.append(entry);
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    // From now on another device in this token's place is refused.
    (*token)->expect({device.serial, device.manufacturer, device.model, seal.key_id, seal.public_key.to_der()});
    co_return Result<void>();
}

asio::awaitable<Result<Seal>> SealMaker::enrol(Caller caller, KnownKey known) {
    if (auto may = require_role_for(Act::make_seal, caller); !may) co_return may.error();
    if (auto is_free = co_await check_name_is_free(seals_, known.name); !is_free) co_return is_free.error();
    auto chain = usable_chain(known.certificates, clock_.now());
    if (!chain) co_return chain.error();
    auto public_key = chain->front().public_key();
    if (!public_key) co_return public_key.error();
    auto token = tokens_.find_ready(known.token);
    if (!token) co_return token.error();
    Seal seal = enrolled_seal(caller, known, **token, std::move(*public_key), std::move(*chain), clock_.now());
    if (auto recorded = co_await record_key_use(store_, entry_fields::caller(caller), seal, "enrol the key", clock_.now()); !recorded) co_return recorded.error();
    if (auto proven = co_await prove_possession(**token, seal, *seal.certificate); !proven) co_return proven.error();
    json::object nothing;
    if (auto entered = co_await enter(std::move(caller), seal, "seal-enrolled", std::move(nothing)); !entered) co_return entered.error();
    co_return seal;
}

asio::awaitable<Result<std::string>> SealMaker::request_certificate(Caller caller, SealName name) {
    if (auto may = co_await require_custody_of(store_, Act::manage_seal, caller, name, clock_.now()); !may) co_return may.error();
    auto seal = co_await seals_.find(name);
    if (!seal) co_return seal.error();
    auto token = tokens_.find_ready(seal->token);
    if (!token) co_return token.error();
    if (auto recorded = co_await record_key_use(store_, entry_fields::caller(caller), *seal, "certificate request", clock_.now()); !recorded) co_return recorded.error();
    const SubjectFields subject = subject_of(*seal, {});
    co_return co_await sign_request(**token, *seal, subject);
}

asio::awaitable<Result<Seal>> SealMaker::import_certificate(Caller caller, SealName name, std::string pem) {
    if (auto may = co_await require_custody_of(store_, Act::manage_seal, caller, name, clock_.now()); !may) co_return may.error();
    auto chain = usable_chain(pem, clock_.now());
    if (!chain) co_return chain.error();
    const Certificate certificate = chain->front();
    auto seal = co_await seals_.find(name);
    if (!seal) co_return seal.error();
    if (seal->state != SealState::made && seal->state != SealState::filed)
        co_return conflict("seal-state", "seal " + name.str() + " is " + std::string(to_string(seal->state)) + ": its certificate is set before it is activated");
    auto token = tokens_.find_ready(seal->token);
    if (!token) co_return token.error();
    if (auto recorded = co_await record_key_use(store_, entry_fields::caller(caller), *seal, "proof of possession", clock_.now()); !recorded) co_return recorded.error();
    if (auto proven = co_await prove_possession(**token, *seal, certificate); !proven) co_return proven.error();

    Seal changed = *seal;
    changed.certificate = certificate;
    changed.chain.assign(chain->begin() + 1, chain->end());
    auto fields = seal_fields(changed);
    fields["caller"] = entry_fields::caller(caller);
    std::function<Result<std::uint64_t>(Transaction&)> work =
        [changed, entry = Entry::make("seal-certified", clock_.now(), fields)](Transaction& transaction) -> Result<std::uint64_t> {
        auto updated = tables::update_seal(transaction.database(), changed, changed.state, changed.epoch);
        if (!updated) return updated.error();
        return transaction.append(entry);
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    co_return changed;
}

}  // namespace seald
