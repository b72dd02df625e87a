// For whoever speaks TLS as a client. Inline, so that core itself needs no libssl.
#pragma once
#include <openssl/ssl.h>

#include <string>

namespace seald {

// Whose certificate is wanted (RFC 9525): a name, or an address where that is how the host is called.
inline void expect_tls_host(SSL* ssl, const std::string& host) {
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1) return;
    SSL_set1_host(ssl, host.c_str());
    // What the macro SSL_set_tlsext_host_name does, without its C cast; the name is copied.
    SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(host.c_str()));
}

}  // namespace seald
