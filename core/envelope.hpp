// Content encrypted to whoever holds one of some certificates' keys: CMS AuthEnvelopedData (RFC 5083) with AES-256-GCM
// (RFC 5084), in DER, which `openssl cms -decrypt` opens too. In memory: for pieces, not for whole disks.
#pragma once
#include <vector>

#include "core/certificate.hpp"
#include "core/encoding.hpp"

namespace seald {

// unacceptable: a key that nothing can be encrypted to. RSA and NIST curves can.
Result<void> check_recipient(const Certificate& recipient);

Result<Bytes> seal_envelope(BytesView content, const std::vector<Certificate>& recipients);
// verification_failed: not encrypted to this key, or changed since. Nothing of a changed content is given out.
Result<Bytes> open_envelope(BytesView envelope, const PrivateKey& key);

}  // namespace seald
