#include "core/certificate.hpp"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <ctime>

#include "core/openssl.hpp"

namespace seald {
namespace {

constexpr std::size_t max_chain = 16;
constexpr std::size_t max_certificate_bytes = 64 * 1024;

using Store = Openssl<X509_STORE, X509_STORE_free>;
using StoreContext = Openssl<X509_STORE_CTX, X509_STORE_CTX_free>;
void free_stack(STACK_OF(X509) * stack) { sk_X509_free(stack); }  // the certificates belong to others
using CertificateStack = Openssl<STACK_OF(X509), free_stack>;

Result<Timestamp> decode_time(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1)
        return openssl_failure(ErrorCode::malformed, "the certificate's validity is not a pair of dates");
    return from_unix(::timegm(&parts));
}

// The UTF-8 of one attribute of a name. OpenSSL's text functions stop at a NUL, and that is how two names come to look
// the same; so what is not clean text is refused here, before anyone compares or prints it.
Result<std::string> decode_attribute(const X509_NAME_ENTRY* entry) {
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry));
    if (size < 0) return openssl_failure(ErrorCode::unacceptable, "the certificate's subject is not text");
    std::string utf8(text, text + size);
    OPENSSL_free(text);
    if (!is_clean_text(utf8)) return unacceptable("the certificate's subject has control characters in it");
    return utf8;
}

Result<void> check_readable(X509* certificate) {
    const X509_NAME* subject = X509_get_subject_name(certificate);
    for (int i = 0; i < X509_NAME_entry_count(subject); ++i)
        if (const auto text = decode_attribute(X509_NAME_get_entry(subject, i)); !text) return text.error();
    if (const auto time = decode_time(X509_get0_notBefore(certificate)); !time) return time.error();
    if (const auto time = decode_time(X509_get0_notAfter(certificate)); !time) return time.error();
    return {};
}

CertificateStack stack_of(const std::vector<Certificate>& certificates) {
    CertificateStack stack(sk_X509_new_null());
    if (!stack) throw_openssl("sk_X509_new_null");
    for (const Certificate& certificate : certificates)
        if (sk_X509_push(stack.get(), certificate.x509()) <= 0) throw_openssl("sk_X509_push");
    return stack;
}

Store store_of(const std::vector<Certificate>& trusted) {
    Store store(X509_STORE_new());
    if (!store) throw_openssl("X509_STORE_new");
    for (const Certificate& certificate : trusted)
        if (X509_STORE_add_cert(store.get(), certificate.x509()) != 1) throw_openssl("X509_STORE_add_cert");
    return store;
}

}  // namespace

Result<Certificate> Certificate::from_der(BytesView der) {
    if (der.size() > max_certificate_bytes) return malformed("this certificate is too long");
    const std::uint8_t* at = der.data();
    std::unique_ptr<X509, X509Free> x509(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    if (!x509) return openssl_failure(ErrorCode::malformed, "this is not an X.509 certificate");
    if (at != der.data() + der.size()) return malformed("something follows the certificate");
    if (auto readable = check_readable(x509.get()); !readable) return readable.error();
    return Certificate(std::move(x509));
}

Result<std::vector<Certificate>> Certificate::chain_from_pem(std::string_view pem) {
    const Bio in = reading_bio(pem);
    std::vector<Certificate> chain;
    while (true) {
        const auto der = next_pem_block(in.get(), "CERTIFICATE");
        if (!der) return der.error();
        if (!*der) break;
        if (chain.size() == max_chain)
            return malformed("there are more than " + std::to_string(max_chain) + " certificates in this text");
        auto certificate = from_der(**der);
        if (!certificate) return certificate.error();
        chain.push_back(std::move(*certificate));
    }
    if (chain.empty()) return malformed("there is no \"BEGIN CERTIFICATE\" in this text");
    return chain;
}

Result<Certificate> Certificate::from_pem(std::string_view pem) {
    const Bio in = reading_bio(pem);
    const auto der = next_pem_block(in.get(), "CERTIFICATE");
    if (!der) return der.error();
    if (!*der) return malformed("there is no \"BEGIN CERTIFICATE\" in this text");
    return from_der(**der);
}

Certificate::Certificate(const Certificate& other) : x509_(other.x509_.get()) { X509_up_ref(x509_.get()); }

Certificate& Certificate::operator=(const Certificate& other) {
    *this = Certificate(other);
    return *this;
}

Bytes Certificate::to_der() const { return der_of(i2d_X509, x509_.get()); }

std::string Certificate::to_pem() const { return encode_pem("CERTIFICATE", to_der()); }

std::string Certificate::subject() const {
    const Bio out(BIO_new(BIO_s_mem()));
    constexpr unsigned long format = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
    if (!out || X509_NAME_print_ex(out.get(), X509_get_subject_name(x509_.get()), 0, format) < 0)
        throw_openssl("X509_NAME_print_ex");
    const char* text = nullptr;
    const long size = BIO_ctrl(out.get(), BIO_CTRL_INFO, 0, &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string Certificate::common_name() const {
    const X509_NAME* subject = X509_get_subject_name(x509_.get());
    const int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (index < 0) return {};
    return decode_attribute(X509_NAME_get_entry(subject, index)).value();  // from_der saw that it can be read
}

std::string Certificate::serial_hex() const {
    const ASN1_INTEGER* serial = X509_get0_serialNumber(x509_.get());
    const BytesView magnitude(ASN1_STRING_get0_data(serial), static_cast<std::size_t>(ASN1_STRING_length(serial)));
    const bool negative = (ASN1_STRING_type(serial) & V_ASN1_NEG) != 0;
    return (negative ? "-" : "") + encode_hex(magnitude);
}

Digest Certificate::fingerprint() const { return Digest::of(DigestAlgorithm::sha256, to_der()); }

Timestamp Certificate::not_before() const { return decode_time(X509_get0_notBefore(x509_.get())).value(); }

Timestamp Certificate::not_after() const { return decode_time(X509_get0_notAfter(x509_.get())).value(); }

Result<PublicKey> Certificate::public_key() const {
    EVP_PKEY* key = X509_get0_pubkey(x509_.get());
    if (key == nullptr) return openssl_failure(ErrorCode::unacceptable, "the certificate's public key cannot be used");
    EVP_PKEY_up_ref(key);
    return PublicKey::from_evp(EvpKey(key));
}

bool Certificate::allows_signing() const {
    if ((X509_get_extension_flags(x509_.get()) & EXFLAG_INVALID) != 0) return false;
    const std::uint32_t usage = X509_get_key_usage(x509_.get());  // all ones if the extension is absent
    return (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0;
}

Result<void> verify_chain(const Certificate& leaf, const std::vector<Certificate>& intermediates,
                          const std::vector<Certificate>& trusted, Timestamp when) {
    const Store store = store_of(trusted);
    const CertificateStack others = stack_of(intermediates);
    const StoreContext context(X509_STORE_CTX_new());
    if (!context || X509_STORE_CTX_init(context.get(), store.get(), leaf.x509(), others.get()) != 1)
        return openssl_failure(ErrorCode::internal, "the certificate's chain could not be checked");
    X509_VERIFY_PARAM* rules = X509_STORE_CTX_get0_param(context.get());
    // Whoever trusts a certificate trusts it as it is: it need not be self-signed.
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_auth_level(rules, 2);  // 112 bits: no SHA-1, no RSA below 2048
    X509_VERIFY_PARAM_set_time(rules, to_unix(when));
    if (X509_verify_cert(context.get()) == 1) return {};
    const int reason = X509_STORE_CTX_get_error(context.get());
    return openssl_failure(
        ErrorCode::verification_failed,
        "the certificate \"" + leaf.subject() + "\" is not trusted: " + X509_verify_cert_error_string(reason));
}

}  // namespace seald
