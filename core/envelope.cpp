#include "core/envelope.hpp"

#include <openssl/cms.h>

#include "core/openssl.hpp"

namespace seald {
namespace {

using Cms = Openssl<CMS_ContentInfo, CMS_ContentInfo_free>;

struct CertificateStack {
    STACK_OF(X509) * each;
    CertificateStack() : each(sk_X509_new_null()) {
        if (each == nullptr) throw_openssl("sk_X509_new_null");
    }
    CertificateStack(const CertificateStack&) = delete;
    CertificateStack& operator=(const CertificateStack&) = delete;
    ~CertificateStack() { sk_X509_free(each); }  // the certificates are their owners'
};

Bytes content_of(BIO* memory) {
    const char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    const auto view = as_bytes(std::string_view(data, size > 0 ? static_cast<std::size_t>(size) : 0));
    return {view.begin(), view.end()};
}

}  // namespace

Result<void> check_recipient(const Certificate& recipient) {
    const auto key = recipient.public_key();
    if (!key) return key.error();
    if (key->algorithm() != KeyAlgorithm::ed25519) return {};
    return unacceptable("the key of \"" + recipient.subject() + "\" is an Ed25519 key, which only signs; allowed: RSA, P-256, P-384");
}

Result<Bytes> seal_envelope(BytesView content, const std::vector<Certificate>& recipients) {
    const CertificateStack stack;
    for (const auto& recipient : recipients)
        if (sk_X509_push(stack.each, recipient.x509()) == 0) throw_openssl("sk_X509_push");
    const Bio in = reading_bio(as_text(content));
    const Cms cms(CMS_encrypt(stack.each, in.get(), EVP_aes_256_gcm(), CMS_BINARY));
    if (!cms) return openssl_failure(ErrorCode::unacceptable, "the content cannot be encrypted to these certificates");
    return der_of(i2d_CMS_ContentInfo, cms.get());
}

Result<Bytes> open_envelope(BytesView envelope, const PrivateKey& key) {
    const auto* next = envelope.data();
    const Cms cms(d2i_CMS_ContentInfo(nullptr, &next, static_cast<long>(envelope.size())));
    if (!cms) return openssl_failure(ErrorCode::verification_failed, "this is no CMS envelope");
    if (OBJ_obj2nid(CMS_get0_type(cms.get())) != NID_id_smime_ct_authEnvelopedData)
        return verification_failed("this CMS is no AuthEnvelopedData, so nothing would protect it against changes");
    const Bio out(BIO_new(BIO_s_mem()));
    if (!out) throw_openssl("BIO_new");
    if (CMS_decrypt(cms.get(), key.evp(), nullptr, nullptr, out.get(), CMS_BINARY) != 1)
        return openssl_failure(ErrorCode::verification_failed, "it cannot be decrypted: it was changed, or encrypted to other keys than this one");
    return content_of(out.get());
}

}  // namespace seald
