// A print of a PIN: enough to recognise a PIN that a token refused before, too little and too slow to find it from. It
// is what outlives this process so that a wrong PIN is not sent again after a restart (promise I6).
#pragma once
#include "core/encoding.hpp"
#include "core/secret.hpp"

namespace seald {

// scrypt (RFC 7914), N = 2^15, r = 8, p = 1: 32 MiB and about 0.1 s; cut to token_protocol::pin_print_bytes.
Bytes pin_print(const Secret& pin, BytesView salt);

}  // namespace seald
