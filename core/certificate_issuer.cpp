#include "core/certificate_issuer.hpp"

#include <openssl/x509.h>

#include <memory>

#include "core/openssl.hpp"

namespace seald {

std::string issuer_of(const Certificate& certificate) {
    const Bytes der = certificate.to_der();
    const unsigned char* at = der.data();
    const std::unique_ptr<X509, X509Free> x509(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    const Bio out(BIO_new(BIO_s_mem()));
    constexpr unsigned long format = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
    if (!x509 || !out || X509_NAME_print_ex(out.get(), X509_get_issuer_name(x509.get()), 0, format) < 0) throw_openssl("X509_NAME_print_ex");
    const char* text = nullptr;
    const long size = BIO_ctrl(out.get(), BIO_CTRL_INFO, 0, &text);
    return {text, static_cast<std::size_t>(size)};
}

}  // namespace seald
