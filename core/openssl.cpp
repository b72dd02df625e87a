#include "core/openssl.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <stdexcept>

namespace seald {
namespace {

std::string drain_error_queue() {
    std::string text;
    std::array<char, 256> line{};
    while (const unsigned long code = ERR_get_error()) {
        ERR_error_string_n(code, line.data(), line.size());
        if (!text.empty()) text += "; ";
        text += line.data();
    }
    return text;
}

int refuse_passphrase(char*, int, int, void*) { return -1; }

}  // namespace

Error openssl_failure(ErrorCode code, std::string message) {
    return Error{.code = code, .message = std::move(message), .detail = drain_error_queue()};
}

void throw_openssl(std::string_view call) {
    throw std::runtime_error("OpenSSL: " + std::string(call) + " failed: " + drain_error_queue());
}

const EVP_MD* evp_digest(DigestAlgorithm algorithm) {
    switch (algorithm) {
        case DigestAlgorithm::sha256:
            return EVP_sha256();
        case DigestAlgorithm::sha384:
            return EVP_sha384();
        case DigestAlgorithm::sha512:
            return EVP_sha512();
    }
    return nullptr;
}

Bio reading_bio(std::string_view text) {
    constexpr std::size_t limit = 16 * 1024 * 1024;  // far above every caller's own limit; keeps the int below exact
    if (text.size() > limit) text = {};
    // An empty string_view may carry a null pointer, which BIO_new_mem_buf refuses.
    Bio bio(BIO_new_mem_buf(text.empty() ? "" : text.data(), static_cast<int>(text.size())));
    if (!bio) throw_openssl("BIO_new_mem_buf");
    return bio;
}

Result<std::optional<Bytes>> next_pem_block(BIO* in, const char* name) {
    unsigned char* data = nullptr;
    long size = 0;
    if (PEM_bytes_read_bio_secmem(&data, &size, nullptr, name, in, refuse_passphrase, nullptr) != 1) {
        const bool none = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
        Error error = openssl_failure(ErrorCode::malformed, "this PEM text cannot be decoded");
        if (none) return std::optional<Bytes>{};
        return error;
    }
    Bytes der(data, data + size);
    OPENSSL_secure_clear_free(data, static_cast<std::size_t>(size));
    return std::optional<Bytes>(std::move(der));
}

std::string encode_pem(const char* name, BytesView der) {
    Bio out(BIO_new(BIO_s_mem()));
    if (!out || PEM_write_bio(out.get(), name, "", der.data(), static_cast<long>(der.size())) <= 0)
        throw_openssl("PEM_write_bio");
    const char* text = nullptr;
    const long size = BIO_ctrl(out.get(), BIO_CTRL_INFO, 0, &text);
    return {text, static_cast<std::size_t>(size)};
}

}  // namespace seald
