#include "pkcs11/objects.hpp"

#include <array>
#include <cstring>

namespace seald {
namespace {

using token_protocol::Failure;

constexpr CK_ULONG max_attribute_bytes = 64 * 1024;

// Cryptoki's templates are not const, though C_FindObjectsInit only reads them.
CK_ATTRIBUTE id_attribute(BytesView key_id) {
    return {CKA_ID, const_cast<std::uint8_t*>(key_id.data()), key_id.size()};
}

Outcome<std::vector<CK_OBJECT_HANDLE>> collect(const Session& session, std::size_t limit) {
    std::vector<CK_OBJECT_HANDLE> found;
    while (found.size() < limit) {
        std::array<CK_OBJECT_HANDLE, 32> batch{};
        const auto room = std::min(batch.size(), limit - found.size());
        CK_ULONG count = 0;
        const auto ckr = session.api().C_FindObjects(session.handle(), batch.data(), room, &count);
        if (ckr != CKR_OK) return failed_call("C_FindObjects", ckr);
        if (count == 0) break;
        if (count > room) return refused(Failure::token_failed, "the module found more objects than it was asked for");
        found.insert(found.end(), batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(count));
    }
    return found;
}

}  // namespace

Outcome<std::vector<CK_OBJECT_HANDLE>> find_objects(const Session& session, std::vector<CK_ATTRIBUTE> pattern,
                                                    std::size_t limit) {
    auto ckr = session.api().C_FindObjectsInit(session.handle(), pattern.data(), pattern.size());
    if (ckr != CKR_OK) return failed_call("C_FindObjectsInit", ckr);
    auto found = collect(session, limit);
    ckr = session.api().C_FindObjectsFinal(session.handle());
    if (found && ckr != CKR_OK) return failed_call("C_FindObjectsFinal", ckr);
    return found;
}

Outcome<std::vector<CK_OBJECT_HANDLE>> find_by_class(const Session& session, CK_OBJECT_CLASS kind, std::size_t limit) {
    return find_objects(session, {{CKA_CLASS, &kind, sizeof kind}}, limit);
}

Outcome<std::vector<CK_OBJECT_HANDLE>> find_by_id(const Session& session, CK_OBJECT_CLASS kind, BytesView key_id,
                                                  std::size_t limit) {
    return find_objects(session, {{CKA_CLASS, &kind, sizeof kind}, id_attribute(key_id)}, limit);
}

Outcome<std::optional<Bytes>> read_attribute(const Session& session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
    CK_ATTRIBUTE attribute{type, nullptr, 0};
    auto ckr = session.api().C_GetAttributeValue(session.handle(), object, &attribute, 1);
    if (ckr == CKR_ATTRIBUTE_TYPE_INVALID || ckr == CKR_ATTRIBUTE_SENSITIVE) return std::optional<Bytes>();
    if (ckr != CKR_OK) return failed_call("C_GetAttributeValue", ckr);
    if (attribute.ulValueLen == unavailable_information) return std::optional<Bytes>();
    if (attribute.ulValueLen > max_attribute_bytes) {
        return refused(Failure::token_failed, "the token has an attribute longer than 64 KiB");
    }
    Bytes value(attribute.ulValueLen);
    attribute.pValue = value.data();
    ckr = session.api().C_GetAttributeValue(session.handle(), object, &attribute, 1);
    if (ckr != CKR_OK) return failed_call("C_GetAttributeValue", ckr);
    if (attribute.ulValueLen > value.size())
        return refused(Failure::token_failed, "an attribute grew while it was read");
    value.resize(attribute.ulValueLen);
    return std::optional<Bytes>(std::move(value));
}

Outcome<std::optional<bool>> read_flag(const Session& session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
    auto value = read_attribute(session, object, type);
    if (!value) return value.error();
    if (!*value || (*value)->size() != sizeof(CK_BBOOL)) return std::optional<bool>();
    return std::optional<bool>((*value)->front() == CK_TRUE);
}

}  // namespace seald
