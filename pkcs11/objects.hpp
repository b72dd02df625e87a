// Objects on a token: finding them and reading their attributes, with limits on what a module may hand over.
#pragma once
#include <optional>
#include <vector>

#include "core/encoding.hpp"
#include "pkcs11/session.hpp"

namespace seald {

// At most `limit` objects; one more than asked for is enough to know that there are too many.
Outcome<std::vector<CK_OBJECT_HANDLE>> find_objects(const Session& session, std::vector<CK_ATTRIBUTE> pattern,
                                                    std::size_t limit);
// All objects of a class, or only those with this CKA_ID.
Outcome<std::vector<CK_OBJECT_HANDLE>> find_by_class(const Session& session, CK_OBJECT_CLASS kind, std::size_t limit);
Outcome<std::vector<CK_OBJECT_HANDLE>> find_by_id(const Session& session, CK_OBJECT_CLASS kind, BytesView key_id,
                                                  std::size_t limit);

// Empty when the object has no such attribute, or does not show it.
Outcome<std::optional<Bytes>> read_attribute(const Session& session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);
Outcome<std::optional<bool>> read_flag(const Session& session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);

// SubjectPublicKeyInfo of a public key object; empty when it is of a kind that seald does not know.
Outcome<Bytes> read_spki(const Session& session, CK_OBJECT_HANDLE public_key);

}  // namespace seald
