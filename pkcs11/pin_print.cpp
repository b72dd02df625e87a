#include "pkcs11/pin_print.hpp"

#include <openssl/evp.h>

#include <stdexcept>

#include "core/token_protocol.hpp"

namespace seald {

Bytes pin_print(const Secret& pin, BytesView salt) {
    constexpr std::uint64_t n = 1U << 15, r = 8, p = 1, memory_limit = 64U << 20;
    Bytes print(token_protocol::pin_print_bytes);
    if (EVP_PBE_scrypt(pin.reveal().data(), pin.size(), salt.data(), salt.size(), n, r, p, memory_limit, print.data(),
                       print.size()) != 1) {
        throw std::runtime_error("scrypt");
    }
    return print;
}

}  // namespace seald
