// Who one is to the daemon, and the key that it has enrolled for him: what is signed with another key would only be refused.
#pragma once
#include "client/api_client.hpp"
#include "client/approval_key.hpp"

namespace seald {

struct OwnIdentity {
    PersonId id;
    std::string key_thumbprint;
    std::string daemon;
};

Result<OwnIdentity> find_own_identity(const ApiClient& api);  // refused approval-key-enrolled where no key is enrolled

// refused approval-key-enrolled unless it is the enrolled one.
Result<ApprovalKey> open_enrolled_key(const OwnIdentity& identity, const std::string& file_or_uri, const std::string& module);

}  // namespace seald
