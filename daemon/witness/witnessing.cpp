#include "daemon/witness/witnessing.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/json/object.hpp>

#include "core/add_checkpoint.hpp"
#include "daemon/store/cosignature_table.hpp"
#include "daemon/store/tile_tree.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr auto time_limit = 10s;
constexpr auto time_limit_at_start = 2s;
constexpr unsigned most_questions = 3;  // in one round: of what is here, of its size where that was refused, from its size

// 1 s, 2 s, 4 s ... at most five minutes.
seconds pause_after(unsigned failures) { return std::min<seconds>(1s * (1 << std::min(failures, 10U)), 5min); }

Error contradicted(const std::string& witness, const std::string& words) {
    Error error = verification_failed("the witness " + witness + " " + words +
                                      ". Nothing is signed with such a ledger. Put the newer database back; if it is lost, tell the auditors, who keep what the witness "
                                      "has, take the witness out of seald.toml and start again: the ledger will say so");
    error.rule = contradicted_rule;
    return error;
}

Result<std::vector<TreeHash>> prove_growth(Database& database, std::uint64_t old_size, const Checkpoint& checkpoint) {
    TileReader tiles(database);
    const NodeReader node = [&tiles](unsigned level, std::uint64_t index) { return tiles.node(level, index); };
    const auto old_root = root_hash(old_size, node);
    if (!old_root) return old_root.error();
    auto proof = consistency_proof(old_size, checkpoint.size, node);
    if (!proof) return proof.error();
    // A tree that is damaged here must not pass for one that was forked.
    if (auto good = verify_consistency(old_size, *old_root, checkpoint.size, checkpoint.root, *proof); !good) return good.error();
    return proof;
}

}  // namespace

Result<std::vector<WitnessTls>> Witnessing::prepare(const LedgerWitnesses& settings, const NoteVerifier& ledger) {
    std::vector<WitnessTls> all;
    std::vector<WitnessKey> keys;
    for (const auto& each : settings.each) {
        auto tls = load_witness_tls(each);
        if (!tls) return tls.error();
        all.push_back(std::move(*tls));
        keys.push_back(each.key);
    }
    if (keys.empty()) return all;
    if (auto policy = WitnessPolicy::make(std::move(keys), settings.quorum, ledger); !policy) return policy.error();
    return all;
}

Witnessing::Witnessing(Store& store, const LedgerWitnesses& settings, std::vector<WitnessTls> tls, const Clock& clock)
    : store_(store), settings_(settings), clock_(clock) {
    for (std::size_t i = 0; i < settings.each.size(); ++i) {
        const auto& each = settings.each[i];
        peers_.push_back({.settings = &each, .tls = std::move(tls[i]), .state = {.name = each.name, .url = each.url.str()}});
    }
}

std::vector<std::string> Witnessing::keys() const {
    std::vector<std::string> keys;
    for (const auto& each : settings_.each) keys.push_back(each.key.encode());
    return keys;
}

std::vector<WitnessState> Witnessing::states() const {
    std::vector<WitnessState> states;
    for (const auto& peer : peers_) states.push_back(peer.state);
    return states;
}

bool Witnessing::due() const {
    const bool grown = store_.figures().records != records_asked_;
    const auto now = steady_clock::now();
    return std::any_of(peers_.begin(), peers_.end(), [&](const Peer& peer) { return (grown || peer.pending) && peer.not_before <= now; });
}

asio::awaitable<Result<void>> Witnessing::load_states() {
    std::function<Result<std::vector<std::optional<tables::CosignatureRow>>>(Database&)> work = [keys = keys()](Database& database)
        -> Result<std::vector<std::optional<tables::CosignatureRow>>> {
        if (auto found = tables::find_contradiction(database, keys); !found || *found)
            return found ? contradicted((*found)->witness, (*found)->words + " (found at " + to_rfc3339((*found)->time) + ")") : found.error();
        std::vector<std::optional<tables::CosignatureRow>> rows;
        for (const auto& key : keys) {
            auto row = tables::latest_cosignature(database, key);
            if (!row) return row.error();
            rows.push_back(std::move(*row));
        }
        return rows;
    };
    auto rows = co_await store_.read(std::move(work));
    if (!rows) co_return rows.error();
    for (std::size_t i = 0; i < peers_.size(); ++i) {
        if (!(*rows)[i]) continue;
        peers_[i].state.size = (*rows)[i]->size;
        peers_[i].state.cosigned_at = (*rows)[i]->time;
    }
    co_return Result<void>();
}

asio::awaitable<Result<void>> Witnessing::check_at_start() {
    if (auto loaded = co_await load_states(); !loaded) co_return loaded.error();
    co_return co_await ask_all(time_limit_at_start);
}

asio::awaitable<Result<void>> Witnessing::run_round() { co_return co_await ask_all(time_limit); }

asio::awaitable<Result<void>> Witnessing::ask_all(milliseconds limit) {
    if (peers_.empty()) co_return Result<void>();
    records_asked_ = store_.figures().records;
    std::function<Result<StoredCheckpoint>(Database&)> work = [](Database& database) { return latest_checkpoint(database); };
    auto latest = co_await store_.read(std::move(work));
    if (!latest) co_return latest.error();
    for (auto& peer : peers_) peer.pending = peer.pending || peer.state.size < latest->size;
    for (auto& peer : peers_) {
        if (!peer.pending || peer.not_before > steady_clock::now()) continue;
        auto asked = co_await ask(peer, *latest, limit);
        if (asked) continue;
        if (asked.error().rule == contradicted_rule) co_return asked.error();
        note_failure(peer, asked.error().message);
    }
    co_return Result<void>();
}

// An error: why it did not cosign.
asio::awaitable<Result<void>> Witnessing::ask(Peer& peer, StoredCheckpoint checkpoint, milliseconds limit) {
    std::uint64_t old_size = peer.state.size;
    bool its_own = false;
    for (unsigned question = 0; question < most_questions; ++question) {
        if (old_size == checkpoint.size && question == 0) break;
        auto verdict = co_await put_question(peer, checkpoint, old_size, its_own, limit);
        if (!verdict) co_return verdict.error();
        if (auto* got = std::get_if<GotCosignature>(&*verdict)) {
            auto cosignature = std::move(*got);
            co_return co_await keep(peer, checkpoint.size, std::move(cosignature));
        }
        if (const auto* found = std::get_if<Contradicted>(&*verdict)) {
            std::string words = found->words;
            co_return co_await record_contradiction(peer, std::move(words));
        }
        if (const auto* why = std::get_if<NotCosigned>(&*verdict)) co_return unavailable(why->words, true);
        old_size = std::get<AskFrom>(*verdict).size;
        its_own = old_size != 0;
    }
    if (old_size != checkpoint.size || peer.state.size != checkpoint.size) co_return unavailable("says another size each time it is asked", true);
    peer.pending = false;
    co_return Result<void>();
}

asio::awaitable<Result<Verdict>> Witnessing::put_question(Peer& peer, StoredCheckpoint checkpoint, std::uint64_t old_size, bool its_own, milliseconds limit) {
    const auto note = SignedNote::decode(checkpoint.note);
    const auto opened = store_.ledger_keys()->open(checkpoint.note);
    if (!note || !opened) co_return internal_error("the latest checkpoint is not signed by the ledger's key");
    std::vector<TreeHash> proof;
    if (old_size != 0 && old_size != checkpoint.size) {
        std::function<Result<std::vector<TreeHash>>(Database&)> work = [old_size, opened = *opened](Database& database) {
            return prove_growth(database, old_size, opened);
        };
        auto made = co_await store_.read(std::move(work));
        if (!made) co_return made.error();
        proof = std::move(*made);
    }
    AskedWitness asked{.old_size = old_size, .size = checkpoint.size, .text = note->text, .size_is_its_own = its_own};
    AddCheckpoint request{.old_size = old_size, .proof = std::move(proof), .checkpoint = checkpoint.note};
    std::string body = request.encode();
    auto reply = co_await post_to_witness(peer.settings->url, peer.tls, std::move(body), limit);
    if (!reply) co_return reply.error();
    co_return judge_reply(*reply, asked, peer.settings->key);
}

asio::awaitable<Result<void>> Witnessing::keep(Peer& peer, std::uint64_t size, GotCosignature got) {
    tables::CosignatureRow row{.witness = peer.settings->key.encode(), .size = size, .time = got.time, .line = encode_note_signature(got.signature)};
    std::function<Result<bool>(Transaction&)> work = [row](Transaction& transaction) -> Result<bool> {
        if (auto added = tables::add_cosignature(transaction.database(), row); !added) return added.error();
        return true;
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    if (peer.failures > 0) spdlog::info("witness {} cosigns again", peer.state.name);
    peer.state.size = size;
    peer.state.cosigned_at = got.time;
    peer.state.problem.clear();
    peer.failures = 0;
    peer.not_before = {};
    peer.pending = false;
    co_return Result<void>();
}

// Into the ledger, which is evidence itself, and where the next start finds it.
asio::awaitable<Error> Witnessing::record_contradiction(Peer& peer, std::string words) {
    Error error = contradicted(peer.state.name, words);
    const Timestamp now = clock_.now();
    boost::json::object fields{{"witness", peer.state.name}, {"key", peer.settings->key.encode()}, {"reason", words}};
    auto entry = Entry::make("ledger-contradicted", now, fields);
    tables::Contradiction contradiction{.witness = peer.settings->key.encode(), .time = now, .words = words};
    std::function<Result<bool>(Transaction&)> work = [entry = std::move(entry), contradiction = std::move(contradiction)](Transaction& transaction) -> Result<bool> {
        if (auto appended = transaction.append(entry); !appended) return appended.error();
        if (auto added = tables::add_contradiction(transaction.database(), contradiction); !added) return added.error();
        return true;
    };
    auto committed = co_await store_.write(std::move(work), WhenFull::record);
    if (!committed) spdlog::critical("what the witness {} says could not be recorded: {}", peer.state.name, committed.error().message);
    co_return error;
}

void Witnessing::note_failure(Peer& peer, const std::string& why) {
    if (peer.state.problem != why) spdlog::warn("witness {} {}; it is asked again, ever less often", peer.state.name, why);
    peer.state.problem = why;
    peer.not_before = steady_clock::now() + pause_after(peer.failures++);
}

}  // namespace seald
