#include "daemon/server/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <sys/stat.h>

#include "core/certificate.hpp"

namespace seald {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

Error unusable(const fs::path& file, const std::string& why) {
    return unacceptable("cannot serve TLS: " + file.string() + ": " + why);
}

// OpenSSL's latest words, with its queue emptied.
Error openssl_says(const fs::path& file) {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    const std::string words = reason == nullptr ? "cannot be used" : reason;
    ERR_clear_error();
    return unusable(file, words);
}

// Nobody is there to type a pass phrase.
int no_pass_phrase(char*, int, int, void*) { return 0; }

Result<void> check_private(const fs::path& key) {
    struct stat facts {};
    if (::stat(key.c_str(), &facts) != 0) return unusable(key, std::generic_category().message(errno));
    if ((facts.st_mode & S_IRWXO) != 0) return unusable(key, "others may read or write this key: chmod 0600");
    return {};
}

// By the certificate, which names the key by its public half.
Result<void> use_held_key(SSL_CTX* context, const TlsFiles& files) {
    X509* own = SSL_CTX_get0_certificate(context);
    EVP_PKEY* half = X509_get0_pubkey(own);
    if (half == nullptr || EVP_PKEY_up_ref(half) != 1) return openssl_says(files.certificate);
    auto key = PublicKey::from_evp(EvpKey(half));
    if (!key) return unusable(files.certificate, key.error().message);
    const auto held = HeldKey::private_half(*key, files.held_key);
    if (!held) return unusable(files.certificate, held.error().message);
    if (SSL_CTX_use_PrivateKey(context, held->get()) != 1) return openssl_says(files.certificate);
    return {};
}

Result<void> use_key_file(SSL_CTX* context, const fs::path& key) {
    if (auto closed = check_private(key); !closed) return closed;
    if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) return openssl_says(key);
    return {};
}

Result<void> show_own(SSL_CTX* context, const TlsFiles& files) {
    if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1) return openssl_says(files.certificate);
    return files.held_key ? use_held_key(context, files) : use_key_file(context, files.key);
}

Result<void> heed_revocations(SSL_CTX* context, const fs::path& crl) {
    X509_LOOKUP* lookup = X509_STORE_add_lookup(SSL_CTX_get_cert_store(context), X509_LOOKUP_file());
    if (lookup == nullptr || X509_load_crl_file(lookup, crl.c_str(), X509_FILETYPE_PEM) < 1) return openssl_says(crl);
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return {};
}

Result<void> demand_certificates(SSL_CTX* context, const TlsFiles& files) {
    if (SSL_CTX_load_verify_file(context, files.client_ca.c_str()) != 1) return openssl_says(files.client_ca);
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(files.client_ca.c_str()));
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    // What is in the file is trusted as it is: an issuing CA without its root is enough.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
    return files.crl ? heed_revocations(context, *files.crl) : Result<void>();
}

void speak_only_tls_1_3(SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_default_passwd_cb(context, no_pass_phrase);
}

}  // namespace

Result<TlsContext::Loaded> TlsContext::look_at(const TlsFiles& files) {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    speak_only_tls_1_3(context->native_handle());
    if (auto shown = show_own(context->native_handle(), files); !shown) return shown.error();
    if (auto demanded = demand_certificates(context->native_handle(), files); !demanded) return demanded.error();
    return context;
}

Result<TlsContext> TlsContext::load(const TlsFiles& files) {
    auto loaded = look_at(files);
    if (!loaded) return loaded.error();
    return TlsContext(std::move(*loaded), files.held_key);
}

bool TlsContext::accepts(const SSL* session) const {
    X509* shown = SSL_get0_peer_certificate(session);
    const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> check(X509_STORE_CTX_new(), X509_STORE_CTX_free);
    SSL_CTX* rules = current_->native_handle();
    if (shown == nullptr || !check ||
        X509_STORE_CTX_init(check.get(), SSL_CTX_get_cert_store(rules), shown, SSL_get_peer_cert_chain(session)) != 1)
        return false;
    X509_STORE_CTX_set_default(check.get(), "ssl_client");
    X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(check.get()), SSL_CTX_get0_param(rules));
    const bool accepted = X509_verify_cert(check.get()) == 1;
    ERR_clear_error();
    return accepted;
}

Timestamp TlsContext::certificate_ends() const {
    std::tm parts{};
    ASN1_TIME_to_tm(X509_get0_notAfter(SSL_CTX_get0_certificate(current_->native_handle())), &parts);
    return from_unix(::timegm(&parts));
}

}  // namespace seald
