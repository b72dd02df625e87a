// Approval tokens in files, minted outside: one compact JWS each. Read here only to tell them from documents and to
// learn which digest they use; whether they count is for the daemon to judge.
#pragma once
#include <string>
#include <vector>

#include "core/approval.hpp"

namespace seald {

struct ApprovalFile {
    std::string jws;
    Approval claims;  // unverified
};

Result<ApprovalFile> read_approval_file(const std::string& file);

// `--approval T1 T2 FILE`: arguments that are approval tokens join `approvals`, the rest stay documents.
void take_approvals_out(std::vector<std::string>& files, std::vector<std::string>& approvals);

}  // namespace seald
