#include "core/der.hpp"

#include <openssl/objects.h>

#include <algorithm>

#include "core/openssl.hpp"

namespace seald::der {
namespace {

// X.690 section 10.1: the definite form, in the fewest octets.
void append_length(Bytes& out, std::size_t length) {
    if (length < 0x80) {
        out.push_back(static_cast<std::uint8_t>(length));
        return;
    }
    Bytes octets;
    for (; length > 0; length >>= 8) octets.insert(octets.begin(), static_cast<std::uint8_t>(length & 0xFF));
    out.push_back(static_cast<std::uint8_t>(0x80 | octets.size()));
    out.insert(out.end(), octets.begin(), octets.end());
}

}  // namespace

Bytes element(std::uint8_t tag, std::initializer_list<BytesView> content) {
    std::size_t length = 0;
    for (BytesView part : content) length += part.size();
    Bytes out;
    out.reserve(length + 6);
    out.push_back(tag);
    append_length(out, length);
    for (BytesView part : content) out.insert(out.end(), part.begin(), part.end());
    return out;
}

Bytes integer(std::uint8_t value) { return {0x02, 0x01, value}; }

Bytes null() { return {0x05, 0x00}; }

Bytes object_identifier(int nid) {
    const ASN1_OBJECT* object = OBJ_nid2obj(nid);
    if (object == nullptr) throw_openssl("OBJ_nid2obj");
    return der_of(i2d_ASN1_OBJECT, object);
}

Bytes set_of(std::vector<Bytes> elements, std::uint8_t tag) {
    std::sort(elements.begin(), elements.end());
    Bytes content;
    for (const Bytes& one : elements) content.insert(content.end(), one.begin(), one.end());
    return element(tag, {content});
}

}  // namespace seald::der
