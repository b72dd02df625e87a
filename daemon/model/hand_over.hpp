// A seal changing hands (移交), and who keeps it meanwhile (臨時代管).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/hand_over_statement.hpp"

namespace seald {

struct HandOver {
    std::uint64_t number = 0;
    SealName seal;
    PersonId giver, receiver, supervisor;
    std::string reason;
    PersonId started_by;  // the giver, or an administrator where the giver has left
    Timestamp started_at{};
    std::optional<Timestamp> received_at = {};
    std::optional<Timestamp> confirmed_at = {};  // by the supervisor: then the receiver is the custodian
    std::optional<PersonId> declined_by = {};
    std::optional<Timestamp> declined_at = {};

    bool is_open() const { return !confirmed_at && !declined_at; }
};

// Has the custodian's rights for this seal from `begin` until `end`.
struct ActingCustodian {
    std::uint64_t number = 0;
    SealName seal;
    PersonId person;
    Timestamp begin{}, end{};
    std::string reason;
    PersonId appointed_by;
};

}  // namespace seald
