#include "pkcs11/key_destruction.hpp"

#include "pkcs11/token.hpp"

namespace seald {
namespace {

using token_protocol::DestroyRequest;
using token_protocol::Failure;
using token_protocol::KeyGone;

struct KeyObjects {
    std::vector<CK_OBJECT_HANDLE> private_keys, public_keys;
    std::size_t count() const { return private_keys.size() + public_keys.size(); }
};

Outcome<KeyObjects> find_objects_of(const Session& session, BytesView key_id) {
    auto private_keys = find_by_id(session, CKO_PRIVATE_KEY, key_id, 2);
    if (!private_keys) return private_keys.error();
    auto public_keys = find_by_id(session, CKO_PUBLIC_KEY, key_id, 2);
    if (!public_keys) return public_keys.error();
    if (private_keys->size() > 1 || public_keys->size() > 1)
        return refused(Failure::bad_request, "several keys have the id " + encode_hex(key_id) + ": nobody could say which is meant");
    return KeyObjects{std::move(*private_keys), std::move(*public_keys)};
}

Outcome<void> check_same_key(const Session& session, const KeyObjects& objects, const DestroyRequest& request) {
    for (const auto object : objects.public_keys) {
        auto spki = read_spki(session, object);
        if (!spki) return spki.error();
        if (*spki != request.spki) return refused(Failure::bad_request, "the key " + encode_hex(request.key_id) + " is another than the seal's: nothing was destroyed");
    }
    return {};
}

Outcome<void> destroy_object(const Session& session, CK_OBJECT_HANDLE object) {
    const auto ckr = session.api().C_DestroyObject(session.handle(), object);
    if (ckr == CKR_OK || ckr == CKR_OBJECT_HANDLE_INVALID) return {};  // whether it is gone is looked up
    auto failed = failed_call("C_DestroyObject", ckr);
    if (ckr == CKR_FUNCTION_NOT_SUPPORTED || ckr == CKR_ACTION_PROHIBITED || ckr == CKR_TOKEN_WRITE_PROTECTED) {
        failed.failure = Failure::unsupported;
        failed.words = "this token does not destroy keys: destroy the device itself before the witnesses, and say so with `seal destroy --device`";
    }
    return failed;
}

}  // namespace

Outcome<KeyGone> destroy_key(const Session& session, const DestroyRequest& request) {
    if (request.key_id.empty() || request.spki.empty()) return refused(Failure::bad_request, "a key that is destroyed has an id and a public key");
    auto objects = find_objects_of(session, request.key_id);
    if (!objects) return objects.error();
    if (auto same = check_same_key(session, *objects, request); !same) return same.error();
    // The private one first: without the other it is found all the same.
    for (const auto& list : {objects->private_keys, objects->public_keys})
        for (const auto object : list)
            if (auto destroyed = destroy_object(session, object); !destroyed) return destroyed.error();
    auto left = find_objects_of(session, request.key_id);
    if (!left) return left.error();
    if (left->count() > 0) return refused(Failure::token_failed, "the token said that it destroyed the key " + encode_hex(request.key_id) + ", and still has it");
    return KeyGone{objects->count()};
}

}  // namespace seald
