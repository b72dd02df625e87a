// Acts that one person cannot do alone (雙人控制): somebody asks, and somebody else confirms by signing the statement of exactly
// what was asked; destruction takes two witnesses (監銷人) besides.
#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "core/act_number.hpp"
#include "core/digest.hpp"
#include "daemon/model/seal.hpp"

namespace seald {

// copy_key: a seal's key onto a second token. activate: of a seal whose key was not made here.
enum class DualAct { resume, activate, cancel, destroy, copy_key };
std::string_view to_string(DualAct kind);  // "copy-key"
Result<DualAct> decode_dual_act(std::string_view text);
unsigned confirmations_needed(DualAct kind);

// confirmed: enough people did, and what has to happen in a token is not complete. overtaken: a stop, or another act, changed
// what was asked for.
enum class DualActState { waiting, confirmed, done, declined, withdrawn, expired, overtaken };
std::string_view to_string(DualActState state);
Result<DualActState> decode_dual_act_state(std::string_view text);

inline constexpr seconds act_patience{72 * 3600};

struct ActWish {
    DualAct kind;
    SealName seal;
    std::string reason;
    boost::json::object parameters = {};  // what else the act depends on
};

struct RecordedConfirmation {
    PersonId person;
    std::string id;   // jti
    std::string jws;
    std::string key;  // PEM, that it was checked with
    Timestamp confirmed_at{};
};

struct PendingAct {
    ActNumber number;
    DualAct kind;
    std::optional<SealName> seal;
    std::string statement;    // the exact bytes that are signed: one JSON object
    std::string reason;
    PersonId asked_by;
    Timestamp asked_at{}, expires_at{};
    DualActState state = DualActState::waiting;
    std::string end_reason = {};  // why it was declined, withdrawn, overtaken
    std::vector<RecordedConfirmation> confirmations = {};

    Digest statement_sha256() const;
    unsigned still_needed() const;
    DualActState state_at(Timestamp now) const;  // expired is derived until it is written down
};

// Of this seal as it is: when its state or epoch is another one, something else was asked for.
std::string state_act(const ActNumber& number, const ActWish& wish, const Seal& seal, const std::string& daemon, const PersonId& asked_by, Timestamp asked_at);

// Of an act's statement.
struct StatedSeal {
    SealState state;
    std::uint64_t epoch;
    boost::json::object parameters;
};
Result<StatedSeal> read_statement(const std::string& statement);

}  // namespace seald
