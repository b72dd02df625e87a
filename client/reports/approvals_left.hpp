// Approvals of which something is left: each document is approved as often as it is listed, each intent uses one.
#pragma once
#include "client/reports/excerpt.hpp"

namespace seald::reports {

struct ApprovalLeft {
    std::string id, approver, application, seal;
    std::uint64_t documents = 0, used = 0;
    bool expired = false;
};

// `later`: intents and outcomes after the entries. Approvals that are kept beside their entry must have been put back.
std::vector<ApprovalLeft> approvals_left(const Entries& entries, const Entries& later, Timestamp now);

}  // namespace seald::reports
