// Signatures begun and what came of them, as rows: what makes a repeated request find its earlier outcome, and what
// tells after a crash which signatures were under way.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/model/seal_request.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald::tables {

// open: the token may be signing · done: released · failed: no signature · discarded: signed, thrown away · unknown: a
// crash
enum class IntentState { open, done, failed, discarded, unknown };
std::string_view to_string(IntentState state);
Result<IntentState> decode_intent_state(std::string_view text);

struct IntentRow {
    std::uint64_t index = 0;  // of the intent's ledger entry
    SealName seal;
    std::uint64_t epoch = 0;  // the seal's, when the intent was recorded
    PersonId caller;
    Timestamp recorded_at{};
    std::string request_id;
    Digest request_fingerprint;
    std::optional<ApplicationNumber> application;
    std::size_t position = 0;  // among the request's documents
    Digest document;
    std::string document_name;
    SignatureFormat format = SignatureFormat::cms;
    unsigned version = 1;  // of the seal's key
    IntentState state = IntentState::open;
    std::optional<std::uint64_t> outcome_index;  // unless open
    std::optional<Bytes> signature;              // when done
};

// Always as open. conflict "request-in-progress" when this caller's request_id has an intent at this position that is
// open, done or unknown; after a failure the same request may be tried again.
Result<void> insert_intent(Database& database, const IntentRow& row);

// conflict "intent-not-open" unless it is open. A signature goes with `done` and with nothing else.
Result<void> finish_intent(Database& database, std::uint64_t index, IntentState state, std::uint64_t outcome_index,
                           const std::optional<Bytes>& signature);

Result<std::vector<IntentRow>> open_intents(Database& database);  // by index

// By position; of repeated attempts, the earlier first.
Result<std::vector<IntentRow>> find_request(Database& database, const PersonId& caller, const std::string& request_id);

// The newest one that is done.
Result<std::optional<IntentRow>> find_earlier_signature(Database& database, const SealName& seal,
                                                        const Digest& document, SignatureFormat format);

// How often the caller used the seal since then: signatures released, under way, or of unknown outcome.
Result<unsigned> count_uses_since(Database& database, const SealName& seal, const PersonId& caller, Timestamp since);

// How far an application is: signatures wanted (its documents, or its quota) and made by the approvals of its present round.
// A document counts as often as it is listed, and no more.
struct Progress {
    std::size_t wanted, sealed;
};
// `finishing`: an intent whose signature is about to be recorded counts as made.
Result<std::optional<Progress>> find_progress(Database& database, const ApplicationNumber& application, std::uint64_t finishing);

// A signature of it has an outcome that nobody knows, and none is under way.
Result<bool> has_lost_a_signature(Database& database, const ApplicationNumber& application);

}  // namespace seald::tables
