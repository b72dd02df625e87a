// The rules about the caller alone: may this person or program use this seal, in this format, at all? They are the same
// when applying and when sealing.
#pragma once
#include <vector>

#include "daemon/model/caller.hpp"
#include "daemon/model/policy.hpp"

namespace seald {

// Everything that stands against it, the weightiest first; empty when nothing does.
std::vector<Error> user_objections(const Caller& caller, const Seal& seal, SignatureFormat format,
                                   const Policy& policy);

}  // namespace seald
