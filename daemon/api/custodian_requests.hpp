// What is asked for about who keeps a seal.
#pragma once
#include <string_view>

#include "daemon/seals/custodian_desk.hpp"

namespace seald::requests {

struct HandOverBody {
    HandOverWish wish;
    CustodianDesk::Statement statement;
};
Result<HandOverBody> decode_hand_over(std::string_view body);  // {"to", "supervisor", "reason", "statement"?: "<jws>"}
Result<CustodianDesk::Statement> decode_statement(std::string_view body);  // {"statement"?: "<jws>"}
// {"person", "from"?, "until", "reason"}; from `now` on unless it says otherwise.
Result<ActingCustodian> decode_acting(const SealName& seal, std::string_view body, Timestamp now);
struct Dismissal {
    PersonId person;
    std::string reason;
};
Result<Dismissal> decode_dismissal(std::string_view body);  // {"person", "reason"}

}  // namespace seald::requests
