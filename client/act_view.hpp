// An act that waits for a second person as the daemon tells it, read strictly enough to sign a confirmation of it: what is shown
// comes out of the statement that is signed.
#pragma once
#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "core/act_confirmation.hpp"

namespace seald {

struct PendingActView {
    struct Confirmed {
        std::string person, name, at;
    };
    ActNumber number;
    std::string kind, seal, state, reason, asked_by, asked_by_name, asked_at, expires_at, end_reason, problem;
    std::string statement;
    Digest statement_sha256;
    std::vector<Confirmed> confirmations;
    std::int64_t still_needed;
    std::vector<std::string> who;
    bool may_confirm;
};

// verification_failed when the statement is not the one whose digest the daemon names, or not of this act.
Result<PendingActView> decode_pending_act(const boost::json::value& answer);
std::string describe(const PendingActView& act);            // everything, for people
std::string describe_next(const PendingActView& act);       // what has to happen now, one line or more
std::string act_listing(const std::vector<PendingActView>& acts);

}  // namespace seald
