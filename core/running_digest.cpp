#include "core/running_digest.hpp"

#include <openssl/evp.h>

#include "core/openssl.hpp"

namespace seald {

void RunningDigest::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

RunningDigest::RunningDigest(DigestAlgorithm algorithm) : algorithm_(algorithm), context_(EVP_MD_CTX_new()) {
    if (!context_ || EVP_DigestInit_ex(context_.get(), evp_digest(algorithm), nullptr) != 1) throw_openssl("EVP_Digest");
}
RunningDigest::RunningDigest(RunningDigest&&) noexcept = default;
RunningDigest::~RunningDigest() = default;

void RunningDigest::add(BytesView piece) {
    if (EVP_DigestUpdate(context_.get(), piece.data(), piece.size()) != 1) throw_openssl("EVP_Digest");
}

Digest RunningDigest::finish() {
    Bytes result(EVP_MAX_MD_SIZE);
    unsigned length = 0;
    if (EVP_DigestFinal_ex(context_.get(), result.data(), &length) != 1) throw_openssl("EVP_Digest");
    result.resize(length);
    return Digest::from_bytes(algorithm_, result).value();
}

}  // namespace seald
