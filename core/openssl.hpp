// Owners for OpenSSL's handles, and the one place where its error queue is read and emptied. Only core's own .cpp files
// include this: OpenSSL's codes are for Error::detail and go no further.
#pragma once
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/digest.hpp"
#include "core/encoding.hpp"
#include "core/error.hpp"

namespace seald {

template <auto Free>
struct OpensslFree {
    template <class T>
    void operator()(T* handle) const {
        Free(handle);
    }
};
template <class T, auto Free>
using Openssl = std::unique_ptr<T, OpensslFree<Free>>;

using Bio = Openssl<BIO, BIO_free_all>;
using BigNumber = Openssl<BIGNUM, BN_free>;

// Empties the error queue into Error::detail; `message` is what the caller may read.
Error openssl_failure(ErrorCode code, std::string message);

// For calls that fail only when memory is lost or we have a bug: throws, with the error queue in what().
[[noreturn]] void throw_openssl(std::string_view call);

const EVP_MD* evp_digest(DigestAlgorithm algorithm);

Bio reading_bio(std::string_view text);  // `text` must outlive it

// The next PEM block called `name`, decoded; nothing if there is no further one. Encrypted blocks are malformed:
// nobody is ever asked for a passphrase. The bytes are wiped by their owner where they are a private key.
Result<std::optional<Bytes>> next_pem_block(BIO* in, const char* name);
std::string encode_pem(const char* name, BytesView der);

// DER of an OpenSSL object, e.g. der_of(i2d_X509, certificate).
template <class Encode, class T>
Bytes der_of(Encode i2d, T* object) {
    const int size = i2d(object, nullptr);
    if (size <= 0) throw_openssl("i2d");
    Bytes der(static_cast<std::size_t>(size));
    std::uint8_t* end = der.data();
    if (i2d(object, &end) != size) throw_openssl("i2d");
    return der;
}

}  // namespace seald
