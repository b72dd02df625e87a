#include "daemon/ledger/intent.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/json/array.hpp>

#include "daemon/ledger/entry_fields.hpp"
#include "daemon/ledger/open_intents.hpp"
#include "daemon/policy/issuer_rules.hpp"
#include "daemon/store/application_table.hpp"
#include "daemon/store/approval_table.hpp"
#include "daemon/store/intent_table.hpp"
#include "daemon/store/issuer_table.hpp"
#include "daemon/store/proof_table.hpp"
#include "daemon/store/seal_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;

// Whole in the entry of the request's first document, so that it stays verifiable whatever becomes of the key's file; the
// others name that entry, because a proof lists all of the request's documents.
json::object proof_fields(const CheckedProof& proof, std::optional<std::uint64_t> first) {
    json::object fields{{"id", proof.id}, {"token_sha256", Digest::of(DigestAlgorithm::sha256, as_bytes(proof.jws)).hex()}};
    if (first) {
        fields["entry"] = *first;
    } else {
        fields["jws"] = proof.jws;
        fields["key_thumbprint"] = proof.key.thumbprint();
        fields["key"] = proof.key.to_pem();
    }
    return fields;
}

json::object entry_of(const Permit& permit, const PermittedUse& use, std::optional<std::uint64_t> first) {
    const Seal& seal = permit.seal();
    const SealRequest& request = permit.request();
    json::array approvals;
    for (const auto& grant : use.grants) approvals.push_back(entry_fields::grant(grant));
    json::object fields{{"caller", entry_fields::caller(permit.caller())},
                        {"request_id", request.request_id},
                        {"seal", seal.name.str()},
                        {"epoch", seal.epoch},
                        {"version", seal.version},
                        {"document", entry_fields::document(use.document)},
                        {"format", to_string(request.format)},
                        {"purpose", request.purpose},
                        {"approvals", std::move(approvals)},
                        {"algorithm", to_string(seal.algorithm)},
                        {"token", seal.token.str()},
                        {"token_serial", seal.token_serial},
                        {"certificate", entry_fields::certificate(*seal.certificate)}};
    if (request.application) fields["application"] = request.application->str();
    if (permit.proof()) fields["proof"] = proof_fields(*permit.proof(), first);
    if (!permit.policy_sha256().empty()) fields["policy"] = permit.policy_sha256();
    return fields;
}

// Nothing may have changed between the permit and this transaction: what could stop the use is read again, here where it
// counts.
Result<void> check_seal_unchanged(Database& database, const Seal& permitted) {
    auto standing = tables::find_standing(database, permitted.name);
    if (!standing) return standing.error();
    if (!*standing || (*standing)->epoch != permitted.epoch || (*standing)->state != SealState::in_force)
        return conflict("seal-changed", "seal " + permitted.name.str() + " was stopped or changed just now: nothing was signed");
    if ((*standing)->version != permitted.version)
        return conflict(seal_replaced_rule, "seal " + permitted.name.str() + " got another key just now: nothing was signed with the one before");
    return {};
}

Result<void> check_application_open(Database& database, const std::optional<ApplicationNumber>& number) {
    if (!number) return {};
    auto state = tables::find_application_state(database, *number);
    if (!state) return state.error();
    if (*state != ApplicationState::submitted)
        return conflict("application-changed", "application " + number->str() + " was closed just now: nothing was signed");
    return {};
}

Error used_up(const Grant& grant) {
    Error error = conflict(grant.counts_any_document ? "quota-used-up" : "already-sealed", "another request used this approval up just now: apply again, or have it approved once more");
    error.missing = {"a new approval"};
    return error;
}

// A new approval in place of a revoked one starts no new count: what was sealed stays sealed.
Result<void> check_uses_of_application(Database& database, const std::optional<ApplicationNumber>& number, const PermittedUse& use) {
    if (!number) return {};
    const auto used = tables::application_uses(database, *number);
    if (!used) return used.error();
    unsigned all = 0;
    for (const auto& [digest, times] : *used) all += times;
    const auto same = used->find(use.document.digest);
    for (const auto& grant : use.grants)
        if ((grant.counts_any_document ? all : same == used->end() ? 0 : same->second) >= grant.allowed) return used_up(grant);
    return {};
}

Result<void> reserve(Database& database, const PermittedUse& use, std::uint64_t intent) {
    for (const auto& grant : use.grants) {
        if (auto known = tables::remember_approval(database, grant.approval_id, grant.token_digest, grant.expires_at); !known)
            return known.error();
        const auto reserve_one = grant.counts_any_document ? tables::reserve_quota_use : tables::reserve_use;
        auto reserved = reserve_one(database, grant.approval_id, use.document.digest, grant.allowed, intent);
        if (reserved) continue;
        if (reserved.error().code != ErrorCode::conflict) return reserved.error();
        return used_up(grant);
    }
    return {};
}

// Of many requests at once, as many pass as the policy allows.
Result<void> check_limits(Database& database, const Permit& permit) {
    for (const auto& limit : permit.limits()) {
        auto used = tables::count_uses_since(database, permit.seal().name, permit.caller().id(), limit.since);
        if (!used) return used.error();
        if (*used + permit.uses().size() <= limit.uses) continue;
        return Error{.code = ErrorCode::too_many, .message = "the policy's limit for one caller was reached just now", .rule = limit.rule,
                     .missing = {limit.rule == "daily-limit" ? "the next day" : "a moment's wait"}, .retry = true};
    }
    return {};
}

Result<void> check_issuers(Database& database, const Permit& permit) {
    for (const auto& issuer : permit.issuers()) {
        const auto used = tables::count_issuer_uses(database, issuer.issuer, issuer.since);
        if (!used) return used.error();
        if (auto within = check_issuer_daily(issuer, *used, permit.uses().size()); !within) return within.error();
    }
    return {};
}

Result<void> count_for_issuers(Database& database, const Permit& permit, std::uint64_t intent) {
    for (const auto& issuer : permit.issuers())
        if (auto counted = tables::insert_issuer_use(database, issuer.issuer, permit.issued_at(), intent); !counted) return counted.error();
    return {};
}

tables::IntentRow row_of(const Permit& permit, std::size_t position, std::uint64_t index) {
    const SealRequest& request = permit.request();
    return {.index = index,
            .seal = permit.seal().name,
            .epoch = permit.seal().epoch,
            .caller = permit.caller().id(),
            .recorded_at = permit.issued_at(),
            .request_id = request.request_id,
            .request_fingerprint = request.fingerprint(),
            .application = request.application,
            .position = position,
            .document = permit.uses()[position].document.digest,
            .document_name = permit.uses()[position].document.name,
            .format = request.format,
            .version = permit.seal().version};
}

Result<void> spend_proof(Database& database, const Permit& permit) {
    if (!permit.proof()) return {};
    return tables::spend_proof(database, permit.caller().id(), permit.proof()->id, permit.issued_at());
}

Result<std::vector<std::uint64_t>> write_intents(Transaction& transaction, const Permit& permit) {
    auto& database = transaction.database();
    if (auto unchanged = check_seal_unchanged(database, permit.seal()); !unchanged) return unchanged.error();
    if (auto open = check_application_open(database, permit.request().application); !open) return open.error();
    if (auto within = check_limits(database, permit); !within) return within.error();
    if (auto within = check_issuers(database, permit); !within) return within.error();
    if (auto spent = spend_proof(database, permit); !spent) return spent.error();
    std::vector<std::uint64_t> indices;
    for (std::size_t position = 0; position < permit.uses().size(); ++position) {
        const auto& use = permit.uses()[position];
        if (auto left = check_uses_of_application(database, permit.request().application, use); !left) return left.error();
        const auto first = indices.empty() ? std::nullopt : std::optional(indices.front());
        auto index = transaction.append(Entry::make("intent", permit.issued_at(), entry_of(permit, use, first)));
        if (!index) return index.error();
        if (auto inserted = tables::insert_intent(database, row_of(permit, position, *index)); !inserted) return inserted.error();
        if (auto reserved = reserve(database, use, *index); !reserved) return reserved.error();
        if (auto counted = count_for_issuers(database, permit, *index); !counted) return counted.error();
        indices.push_back(*index);
    }
    return indices;
}

}  // namespace

boost::asio::awaitable<Result<std::vector<Intent>>> record_intents(Store& store, Permit permit, StillHolds still_holds) {
    const auto shared = std::make_shared<const Permit>(std::move(permit));
    const auto written = std::make_shared<std::vector<std::uint64_t>>();
    std::function<Result<std::vector<std::uint64_t>>(Transaction&)> work =
        [shared, written, still_holds = std::move(still_holds)](Transaction& transaction) -> Result<std::vector<std::uint64_t>> {
        if (auto holds = still_holds(); !holds) return holds.error();
        auto indices = write_intents(transaction, *shared);
        if (indices) *written = *indices;
        return indices;
    };
    auto committed = co_await store.write(std::move(work));
    if (!committed) {
        // After any other error the intents are not there, and their numbers will be other entries'.
        if (committed.error().rule == out_of_sight_rule) close_when_possible(co_await boost::asio::this_coro::executor, store, *written);
        co_return committed.error();
    }

    std::vector<Intent> intents;
    for (std::size_t position = 0; position < committed->value.size(); ++position)
        intents.push_back(Intent(committed->value[position], shared, position));
    co_return intents;
}

}  // namespace seald
