#include "client/client_tls.hpp"

#include <openssl/err.h>

#include <new>

namespace seald {
namespace {

Error unusable(const std::string& file, const std::string& what) {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    const std::string words = reason == nullptr ? "cannot be used" : reason;
    ERR_clear_error();
    return malformed(what + " " + file + ": " + words);
}

// Nobody is asked for a pass phrase: a key that needs one belongs on a card.
int no_pass_phrase(char*, int, int, void*) { return 0; }

}  // namespace

ClientTls::ClientTls() : context_(SSL_CTX_new(TLS_client_method())) {
    if (!context_) throw std::bad_alloc();
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_3_VERSION);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_default_passwd_cb(context_.get(), no_pass_phrase);
}

Result<std::shared_ptr<ClientTls>> ClientTls::load(const ClientTlsFiles& files) {
    std::shared_ptr<ClientTls> tls(new ClientTls);
    if (auto trusted = tls->trust(files.ca); !trusted) return trusted.error();
    if (files.certificate.empty() != files.key.empty())
        return malformed("a client certificate is a certificate and its key: give --tls-certificate and --tls-key");
    if (files.certificate.empty()) return tls;  // the daemon will say that it wants one
    if (auto shown = tls->show(files); !shown) return shown.error();
    return tls;
}

Result<void> ClientTls::trust(const std::string& ca) {
    if (ca.empty()) {
        SSL_CTX_set_default_verify_paths(context_.get());
        return {};
    }
    // What is in the file is trusted as it is: an issuing CA, or the daemon's own certificate, is enough.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context_.get()), X509_V_FLAG_PARTIAL_CHAIN);
    if (SSL_CTX_load_verify_file(context_.get(), ca.c_str()) == 1) return {};
    return unusable(ca, "the CA's file");
}

Result<void> ClientTls::show(const ClientTlsFiles& files) {
    if (SSL_CTX_use_certificate_chain_file(context_.get(), files.certificate.c_str()) != 1)
        return unusable(files.certificate, "the client certificate");
    return use_key(files.key);
}

Result<void> ClientTls::use_key(const std::string& file_or_uri) {
    if (!Pkcs11Uri::looks_like(file_or_uri)) {
        if (SSL_CTX_use_PrivateKey_file(context_.get(), file_or_uri.c_str(), SSL_FILETYPE_PEM) == 1) return {};
        return unusable(file_or_uri, "the client certificate's key");
    }
    const auto uri = Pkcs11Uri::decode(file_or_uri);
    if (!uri) return uri.error();
    auto card = CardKey::open(*uri, "");
    if (!card) return card.error();
    card_ = std::make_unique<CardKey>(std::move(*card));
    if (SSL_CTX_use_PrivateKey(context_.get(), card_->handle()) == 1) return {};
    return unusable(file_or_uri, "the key on the card");
}

}  // namespace seald
