#include "daemon/ledger/outcome.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>

#include "daemon/ledger/entry_fields.hpp"
#include "daemon/ledger/open_intents.hpp"
#include "daemon/store/application_table.hpp"
#include "daemon/store/approval_table.hpp"
#include "daemon/store/intent_table.hpp"
#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/seal_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;
using tables::IntentState;

struct Outcome {
    IntentState state = IntentState::done;
    std::string why;  // empty when done
};

json::object entry_of(const Intent& intent, const Outcome& outcome, const VerifiedSignature* signature,
                      const std::optional<KeyPlace>& place) {
    const Permit& permit = intent.permit();
    const Seal& seal = permit.seal();
    json::object fields{{"result", outcome.state == IntentState::done ? "signed" : tables::to_string(outcome.state)},
                        {"intent", intent.index()},
                        {"caller", entry_fields::caller(permit.caller())},
                        {"request_id", permit.request().request_id},
                        {"seal", seal.name.str()},
                        {"seal_state", to_string(seal.state)},
                        {"version", seal.version},
                        {"document", entry_fields::document(intent.use().document)},
                        {"format", to_string(permit.request().format)},
                        {"algorithm", to_string(seal.algorithm)},
                        {"certificate_sha256", seal.certificate->fingerprint().hex()},
                        {"certificate_serial", seal.certificate->serial_hex()},
                        {"token", place ? place->token.str() : seal.token.str()},
                        {"token_serial", place ? place->token_serial : seal.token_serial}};
    if (permit.request().application) fields["application"] = permit.request().application->str();
    if (outcome.state == IntentState::done) fields["signature_sha256"] = signature->sha256().hex();
    if (!outcome.why.empty()) fields["reason"] = outcome.why;
    return fields;
}

// What is to be recorded for each signature, before the seal's state is looked at.
std::vector<Outcome> judge(const std::vector<Result<VerifiedSignature>>& signatures) {
    const bool all_signed = std::ranges::all_of(signatures, [](const auto& each) { return each.has_value(); });
    std::vector<Outcome> outcomes;
    for (const auto& signature : signatures) {
        if (!signature)
            outcomes.push_back({IntentState::failed, signature.error().message});
        else if (!all_signed)
            outcomes.push_back({IntentState::discarded, "another document of the same request could not be sealed"});
        else
            outcomes.push_back({IntentState::done, ""});
    }
    return outcomes;
}

// The fence: any stop since the permit raised the epoch, and then nothing leaves.
Result<bool> was_stopped(Database& database, const Seal& permitted) {
    auto standing = tables::find_standing(database, permitted.name);
    if (!standing) return standing.error();
    return !*standing || (*standing)->epoch != permitted.epoch;
}

// Where the application stands once this outcome is counted: the last transition of its life is in the ledger, too.
Result<bool> is_all_sealed(Database& database, const ApplicationNumber& number, std::uint64_t finishing) {
    auto progress = tables::find_progress(database, number, finishing);
    if (!progress) return progress.error();
    return *progress && (*progress)->sealed >= (*progress)->wanted;
}

struct Recorded {
    std::vector<std::uint64_t> indices;  // of the outcome entries
    bool stopped = false;
};

Result<Recorded> write_outcomes(Transaction& transaction, const std::vector<Intent>& intents,
                                const std::vector<Result<VerifiedSignature>>& signatures,
                                const std::vector<std::optional<KeyPlace>>& places, Timestamp now) {
    auto& database = transaction.database();
    auto stopped = was_stopped(database, intents.front().permit().seal());
    if (!stopped) return stopped.error();
    auto outcomes = judge(signatures);
    if (*stopped)
        for (auto& outcome : outcomes)
            if (outcome.state == IntentState::done) outcome = {IntentState::discarded, "the seal was stopped while the token was signing"};

    Recorded recorded{.stopped = *stopped};
    for (std::size_t i = 0; i < intents.size(); ++i) {
        const bool done = outcomes[i].state == IntentState::done;
        const VerifiedSignature* signature = done ? &*signatures[i] : nullptr;
        auto fields = entry_of(intents[i], outcomes[i], signature, places[i]);
        const auto& number = intents[i].permit().request().application;
        Result<bool> all_sealed = false;
        if (done && number) {
            all_sealed = is_all_sealed(database, *number, intents[i].index());
            if (!all_sealed) return all_sealed.error();
            fields["application_state"] = *all_sealed ? "sealed" : "partly-sealed";
        }
        auto index = transaction.append(Entry::make("outcome", now, fields));
        if (!index) return index.error();
        auto finished = tables::finish_intent(database, intents[i].index(), outcomes[i].state, *index,
                                              done ? std::optional<Bytes>(signature->value()) : std::nullopt);
        if (!finished) return finished.error();
        if (*all_sealed)
            if (auto closed = tables::close_sealed(database, *number); !closed) return closed.error();
        if (!done) {
            if (auto released = tables::release_uses(database, intents[i].index()); !released) return released.error();
        } else {
            transaction.want_receipt(*index);
        }
        recorded.indices.push_back(*index);
    }
    return recorded;
}

std::vector<std::uint64_t> indices_of(const std::vector<Intent>& intents) {
    std::vector<std::uint64_t> indices;
    for (const auto& intent : intents) indices.push_back(intent.index());
    return indices;
}

Error first_failure(const std::vector<Result<VerifiedSignature>>& signatures) {
    for (const auto& signature : signatures)
        if (!signature) return signature.error();
    return conflict("seal-stopped", "the seal was stopped while the token was signing: the signature was thrown away");
}

// The receipts of signatures made earlier, under the latest checkpoint.
struct Earlier {
    std::vector<tables::IntentRow> rows;
    std::vector<TlogProof> proofs;
};

Result<Earlier> prove(Database& database, std::vector<tables::IntentRow> rows) {
    Earlier earlier;
    for (const auto& row : rows) {
        auto proof = receipt_for(database, *row.outcome_index);
        if (!proof) return proof.error();
        earlier.proofs.push_back(std::move(*proof));
    }
    earlier.rows = std::move(rows);
    return earlier;
}

Result<Earlier> read_request(Database& database, const PersonId& caller, const SealRequest& request) {
    auto rows = tables::find_request(database, caller, request.request_id);
    if (!rows) return rows.error();
    std::vector<tables::IntentRow> live;
    for (auto& row : *rows) {
        if (row.request_fingerprint != request.fingerprint())
            return conflict("request-id-reused", "request_id " + request.request_id + " was used before for another request");
        if (row.state == IntentState::open) {
            auto error = conflict("request-in-progress", "this request is being carried out right now");
            error.retry = true;
            return error;
        }
        if (row.state == IntentState::unknown)
            return conflict("outcome-unknown", "the daemon died in the middle of this request; nothing was released and the approvals "
                                               "stay used: see ledger entry " + std::to_string(row.index));
        if (row.state == IntentState::done) live.push_back(std::move(row));
    }
    return prove(database, std::move(live));
}

Result<Earlier> read_earlier(Database& database, const SealRequest& request) {
    std::vector<tables::IntentRow> rows;
    for (const auto& document : request.documents) {
        auto row = tables::find_earlier_signature(database, request.seal, document.digest, request.format);
        if (!row) return row.error();
        if (!*row) return not_found("no earlier signature on " + document.name);
        rows.push_back(std::move(**row));
    }
    return prove(database, std::move(rows));
}

}  // namespace

boost::asio::awaitable<Result<std::vector<Receipt>>> record_outcomes(Store& store, std::vector<Intent> intents,
                                                                     std::vector<Result<VerifiedSignature>> signatures,
                                                                     std::vector<std::optional<KeyPlace>> places, Timestamp now) {
    // The work outlives this coroutine if the server is stopped meanwhile: it shares what it reads.
    struct Shared {
        std::vector<Intent> intents;
        std::vector<Result<VerifiedSignature>> signatures;
        std::vector<std::optional<KeyPlace>> places;
    };
    const auto shared = std::make_shared<const Shared>(Shared{std::move(intents), std::move(signatures), std::move(places)});
    std::function<Result<Recorded>(Transaction&)> work = [shared, now](Transaction& transaction) {
        return write_outcomes(transaction, shared->intents, shared->signatures, shared->places, now);
    };
    auto committed = co_await store.write(std::move(work), WhenFull::record);
    if (!committed) {
        const auto executor = co_await boost::asio::this_coro::executor;
        close_when_possible(executor, store, indices_of(shared->intents));
        co_return committed.error();
    }
    if (committed->receipts.size() != shared->intents.size()) co_return first_failure(shared->signatures);

    std::vector<Receipt> receipts;
    for (std::size_t i = 0; i < shared->intents.size(); ++i) {
        const Intent& intent = shared->intents[i];
        receipts.push_back(Receipt(committed->value.indices[i], shared->signatures[i]->value(), std::move(committed->receipts[i]),
                                   intent.use().document.digest, intent.use().document.name, intent.permit().request().format,
                                   intent.permit().seal().version));
    }
    co_return receipts;
}

std::vector<Receipt> Receipt::of(std::vector<tables::IntentRow> rows, std::vector<TlogProof> proofs) {
    std::vector<Receipt> receipts;
    for (std::size_t i = 0; i < rows.size(); ++i)
        receipts.push_back(Receipt(*rows[i].outcome_index, std::move(*rows[i].signature), std::move(proofs[i]), rows[i].document,
                                   std::move(rows[i].document_name), rows[i].format, rows[i].version));
    return receipts;
}

boost::asio::awaitable<Result<std::vector<Receipt>>> find_receipts(Store& store, const Caller& caller, const SealRequest& request) {
    std::function<Result<Earlier>(Database&)> work = [id = caller.id(), request](Database& database) {
        return read_request(database, id, request);
    };
    auto earlier = co_await store.read(std::move(work));
    if (!earlier) co_return earlier.error();
    co_return Receipt::of(std::move(earlier->rows), std::move(earlier->proofs));
}

boost::asio::awaitable<Result<std::vector<Receipt>>> find_earlier_receipts(Store& store, const SealRequest& request) {
    std::function<Result<Earlier>(Database&)> work = [request](Database& database) { return read_earlier(database, request); };
    auto earlier = co_await store.read(std::move(work));
    if (!earlier) co_return earlier.error();
    co_return Receipt::of(std::move(earlier->rows), std::move(earlier->proofs));
}

}  // namespace seald
