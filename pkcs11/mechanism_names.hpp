// A token's mechanisms in Cryptoki's names, for people who read its profile.
#pragma once
#include <string>
#include <vector>

#include "pkcs11/module.hpp"

namespace seald {

// Sorted; "CKM_ECDSA", or a number where this list does not know the name.
Outcome<std::vector<std::string>> mechanism_names(Module& module, CK_SLOT_ID slot);

}  // namespace seald
