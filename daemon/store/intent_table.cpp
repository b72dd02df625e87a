#include "daemon/store/intent_table.hpp"

#include "daemon/store/row_words.hpp"

namespace seald::tables {
namespace {

constexpr std::string_view select_intents =
    "SELECT idx, seal, epoch, caller, request_id, request_fingerprint, application, position, document_alg, "
    "document_hex, "
    "document_name, format, state, outcome_index, signature, recorded_at, version FROM intent ";

IntentRow intent_at(const Statement& row) {
    return {.index = row.index(0),
            .seal = stored(SealName::decode(row.text(1))),
            .epoch = row.index(2),
            .caller = stored(PersonId::decode(row.text(3))),
            .recorded_at = row.time(15),
            .request_id = row.text(4),
            .request_fingerprint = stored(Digest::decode("sha256", row.text(5))),
            .application = find_application_at(row, 6),
            .position = row.index(7),
            .document = digest_at(row, 8),
            .document_name = row.text(10),
            .format = stored(decode_signature_format(row.text(11))),
            .version = static_cast<unsigned>(row.index(16)),
            .state = stored(decode_intent_state(row.text(12))),
            .outcome_index = row.find_index(13),
            .signature = row.find_blob(14)};
}

}  // namespace

std::string_view to_string(IntentState state) {
    switch (state) {
        case IntentState::open:
            return "open";
        case IntentState::done:
            return "done";
        case IntentState::failed:
            return "failed";
        case IntentState::discarded:
            return "discarded";
        case IntentState::unknown:
            return "unknown";
    }
    return "";
}

Result<IntentState> decode_intent_state(std::string_view text) {
    for (const auto state :
         {IntentState::open, IntentState::done, IntentState::failed, IntentState::discarded, IntentState::unknown})
        if (to_string(state) == text) return state;
    return malformed("no state of an intent: " + std::string(text));
}

Result<void> insert_intent(Database& database, const IntentRow& row) {
    auto inserted = database.change(
        "INSERT INTO intent (idx, seal, epoch, caller, request_id, request_fingerprint, application, position, "
        "document_alg, "
        "document_hex, document_name, format, recorded_at, version, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')",
        row.index, row.seal.str(), row.epoch, row.caller.str(), row.request_id, row.request_fingerprint.hex(),
        row.application ? std::optional(row.application->str()) : std::nullopt, std::uint64_t{row.position},
        to_string(row.document.algorithm()), row.document.hex(), row.document_name, to_string(row.format), row.recorded_at, row.version);
    if (!inserted && inserted.error().rule == "already-there") {
        auto twice = conflict("request-in-progress",
                              "request_id " + row.request_id + " came in before: ask for its outcome again");
        twice.retry = true;
        return twice;
    }
    if (!inserted) return inserted.error();
    return {};
}

Result<void> finish_intent(Database& database, std::uint64_t index, IntentState state, std::uint64_t outcome_index,
                           const std::optional<Bytes>& signature) {
    auto updated = database.change(
        "UPDATE intent SET state = ?, outcome_index = ?, signature = ? WHERE idx = ? AND state = 'open'",
        to_string(state), outcome_index, signature, index);
    if (!updated) return updated.error();
    if (*updated != 1)
        return conflict("intent-not-open",
                        "intent " + std::to_string(index) + " has an outcome already, or there is none");
    return {};
}

Result<std::vector<IntentRow>> open_intents(Database& database) {
    static const std::string sql = std::string(select_intents) + "WHERE state = 'open' ORDER BY idx";
    return all_rows(database.query(sql), intent_at);
}

Result<std::vector<IntentRow>> find_request(Database& database, const PersonId& caller, const std::string& request_id) {
    static const std::string sql =
        std::string(select_intents) + "WHERE caller = ? AND request_id = ? ORDER BY position, idx";
    return all_rows(database.query(sql, caller.str(), request_id), intent_at);
}

Result<std::optional<IntentRow>> find_earlier_signature(Database& database, const SealName& seal,
                                                        const Digest& document, SignatureFormat format) {
    static const std::string sql = std::string(select_intents) +
                                   "WHERE seal = ? AND document_hex = ? AND document_alg = ? AND format = ? AND state "
                                   "= 'done' ORDER BY idx DESC LIMIT 1";
    return first_row(
        database.query(sql, seal.str(), document.hex(), to_string(document.algorithm()), to_string(format)), intent_at);
}

Result<unsigned> count_uses_since(Database& database, const SealName& seal, const PersonId& caller, Timestamp since) {
    auto count = first_row(database.query("SELECT count(*) FROM intent WHERE seal = ? AND caller = ? AND recorded_at >= ? AND state IN ('open', 'done', 'unknown')",
                                          seal.str(), caller.str(), since),
                           [](const Statement& row) { return static_cast<unsigned>(row.integer(0)); });
    if (!count) return count.error();
    return **count;
}

Result<bool> has_lost_a_signature(Database& database, const ApplicationNumber& application) {
    auto lost = first_row(database.query("SELECT EXISTS (SELECT 1 FROM intent WHERE application = ?1 AND state = 'unknown') AND NOT EXISTS "
                                         "(SELECT 1 FROM intent WHERE application = ?1 AND state = 'open')",
                                         application.str()),
                          [](const Statement& row) { return row.integer(0) != 0; });
    if (!lost) return lost.error();
    return **lost;
}

Result<std::optional<Progress>> find_progress(Database& database, const ApplicationNumber& application, std::uint64_t finishing) {
    return first_row(
        database.query("WITH made AS (SELECT DISTINCT intent.idx, used.alg, used.hex FROM application JOIN decision ON decision.application = number "
                       "AND decision.round = application.round JOIN approval_use AS used ON used.jti = decision.approval_id AND used.released = 0 "
                       "JOIN intent ON intent.idx = used.intent_index AND (intent.state = 'done' OR intent.idx = ?2) WHERE number = ?1), "
                       "listed AS (SELECT alg, hex, count(*) AS times FROM application JOIN application_document AS document ON "
                       "document.application = number AND document.round = application.round WHERE number = ?1 GROUP BY alg, hex), "
                       "sealed AS (SELECT listed.times, count(*) AS made FROM listed JOIN made USING (alg, hex) GROUP BY alg, hex) "
                       "SELECT coalesce(quota_uses, (SELECT sum(times) FROM listed), 0), CASE WHEN quota_uses IS NULL "
                       "THEN (SELECT coalesce(sum(min(times, made)), 0) FROM sealed) ELSE (SELECT count(*) FROM made) END "
                       "FROM application WHERE number = ?1",
                       application.str(), finishing),
        [](const Statement& row) { return Progress{static_cast<std::size_t>(row.integer(0)), static_cast<std::size_t>(row.integer(1))}; });
}

}  // namespace seald::tables
