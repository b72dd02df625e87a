// The keys of one seal over time. The one in use is in the Seal itself; a SealVersion is one that waits to take over, was
// replaced, or was given up. A key that was replaced never signs again, and its certificate stays: what it sealed stays sealed.
#pragma once
#include "daemon/model/seal.hpp"

namespace seald {

enum class VersionState { waiting, replaced, withdrawn };
std::string_view to_string(VersionState state);
Result<VersionState> decode_version_state(std::string_view text);

struct PlannedCutOver {
    Timestamp at{};
    PersonId by;
    std::string problem = {};  // why it did not happen when it was due
};

struct SealVersion {
    SealName seal;
    unsigned number = 0;
    VersionState state = VersionState::waiting;
    KeyPlace place;
    KeyAlgorithm algorithm = KeyAlgorithm::ec_p256;
    PublicKey public_key;
    std::vector<Certificate> certificates = {};  // its own, then the chain; empty until one is imported
    std::string key_attributes = {};             // JSON
    std::string reason;
    PersonId by;                                 // brought it into this state
    Timestamp since{};                           // in this state
    std::optional<Timestamp> used_from = {};     // replaced: in use from then until `since`
    std::optional<PlannedCutOver> planned = {};  // waiting
};

// May a seal in this state get another key? conflict "seal-state" otherwise.
Result<void> check_replaceable(const Seal& seal);
// Could the waiting version sign from `now` on? conflict: certificate-missing, certificate-not-valid.
Result<void> check_certified(const SealVersion& version, Timestamp now);

// The seal with this version's key and certificate in the place of its own.
Seal with_version(Seal seal, const SealVersion& version);
// The key in use as it becomes one that was replaced.
SealVersion replaced_version(const Seal& seal, const SealVersion& by, const PersonId& who, Timestamp now);

}  // namespace seald
