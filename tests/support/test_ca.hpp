// A certification authority for tests: issues what a real one would and what a real one should not, and revokes it.
#pragma once
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/certificate.hpp"
#include "core/openssl.hpp"

namespace seald::test {

struct Wanted {
    std::string common_name;
    std::vector<std::string> names = {};  // "DNS:…", "email:…", "URI:…", "IP:127.0.0.1"; may hold any bytes
    long starts_in = -3600, ends_in = 86400;  // seconds from now
};

struct Issued {
    std::string certificate, key;  // PEM
    std::string fingerprint;       // SHA-256, hex
    long serial = 0;
};

class TestCa {
  public:
    explicit TestCa(const std::string& name) : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
        fill(certificate_.get(), {.common_name = name}, key_.get());
        add(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
        add(certificate_.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
        add(certificate_.get(), NID_subject_key_identifier, "hash");
        require(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0);
    }
    std::string certificate() const { return pem(PEM_write_bio_X509, certificate_.get()); }

    Issued issue(const Wanted& wanted) {
        const std::unique_ptr<EVP_PKEY, Free> key(EVP_EC_gen("P-256"));
        Issued issued = issue_for(key.get(), wanted);
        issued.key = key_pem(key.get());
        return issued;
    }
    // For a key that is elsewhere, by its PKCS#10 request.
    Issued issue_for(const std::string& csr, const Wanted& wanted) {
        const Bio in = reading_bio(csr);
        X509_REQ* request = PEM_read_bio_X509_REQ(in.get(), nullptr, nullptr, nullptr);
        require(request != nullptr);
        Issued issued = issue_for(X509_REQ_get0_pubkey(request), wanted);
        X509_REQ_free(request);
        return issued;
    }
    Issued issue_for_public_key(const std::string& key_pem, const Wanted& wanted) {
        const Bio in = reading_bio(key_pem);
        const std::unique_ptr<EVP_PKEY, Free> key(PEM_read_bio_PUBKEY(in.get(), nullptr, nullptr, nullptr));
        require(key != nullptr);
        return issue_for(key.get(), wanted);
    }

    std::string crl(const std::vector<Issued>& revoked, long ends_in = 86400) const {
        const std::unique_ptr<X509_CRL, Free> crl(X509_CRL_new());
        require(X509_CRL_set_version(crl.get(), 1) == 1);
        require(X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(certificate_.get())) == 1);
        const std::unique_ptr<ASN1_TIME, Free> now(X509_gmtime_adj(nullptr, -3600)), next(X509_gmtime_adj(nullptr, ends_in));
        X509_CRL_set1_lastUpdate(crl.get(), now.get());
        X509_CRL_set1_nextUpdate(crl.get(), next.get());
        for (const auto& each : revoked) {
            X509_REVOKED* entry = X509_REVOKED_new();
            const std::unique_ptr<ASN1_INTEGER, Free> serial(ASN1_INTEGER_new());
            ASN1_INTEGER_set(serial.get(), each.serial);
            X509_REVOKED_set_serialNumber(entry, serial.get());
            X509_REVOKED_set_revocationDate(entry, now.get());
            X509_CRL_add0_revoked(crl.get(), entry);
        }
        require(X509_CRL_sign(crl.get(), key_.get(), EVP_sha256()) > 0);
        return pem(PEM_write_bio_X509_CRL, crl.get());
    }

  private:
    Issued issue_for(EVP_PKEY* key, const Wanted& wanted) {
        const std::unique_ptr<X509, Free> leaf(X509_new());
        fill(leaf.get(), wanted, key);
        add_names(leaf.get(), wanted.names);
        require(X509_sign(leaf.get(), key_.get(), EVP_sha256()) > 0);
        Issued issued{.certificate = pem(PEM_write_bio_X509, leaf.get()), .key = {}, .fingerprint = {}, .serial = serial_};
        issued.fingerprint = Digest::of(DigestAlgorithm::sha256, der_of(i2d_X509, leaf.get())).hex();
        return issued;
    }
    struct Free {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
        void operator()(X509* certificate) const { X509_free(certificate); }
        void operator()(X509_CRL* crl) const { X509_CRL_free(crl); }
        void operator()(ASN1_STRING* value) const { ASN1_STRING_free(value); }  // times and numbers are such strings too
    };
    static void require(bool done) {
        if (!done) throw std::runtime_error("the test CA: OpenSSL failed");
    }
    template <class Write, class T>
    static std::string pem(Write write, T* object) {
        const Bio out(BIO_new(BIO_s_mem()));
        require(write(out.get(), object) == 1);
        const char* text = nullptr;
        const long size = BIO_ctrl(out.get(), BIO_CTRL_INFO, 0, &text);
        return {text, static_cast<std::size_t>(size)};
    }
    static std::string key_pem(EVP_PKEY* key) {
        const auto write = [](BIO* out, EVP_PKEY* what) {
            return PEM_write_bio_PrivateKey(out, what, nullptr, nullptr, 0, nullptr, nullptr);
        };
        return pem(write, key);
    }
    static void add(X509* certificate, int extension, const char* value) {
        X509V3_CTX context;
        X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
        X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, &context, extension, value);
        require(made != nullptr && X509_add_ext(certificate, made, -1) == 1);
        X509_EXTENSION_free(made);
    }
    static void add_names(X509* certificate, const std::vector<std::string>& names) {
        if (names.empty()) return;
        GENERAL_NAMES* list = GENERAL_NAMES_new();
        for (const auto& name : names) sk_GENERAL_NAME_push(list, general_name(name));
        require(X509_add1_ext_i2d(certificate, NID_subject_alt_name, list, 0, X509V3_ADD_DEFAULT) == 1);
        GENERAL_NAMES_free(list);
    }
    static GENERAL_NAME* general_name(const std::string& text) {
        const auto colon = text.find(':');
        const std::string kind = text.substr(0, colon), value = text.substr(colon + 1);
        GENERAL_NAME* name = GENERAL_NAME_new();
        if (kind == "IP") {
            GENERAL_NAME_set0_value(name, GEN_IPADD, a2i_IPADDRESS(value.c_str()));
            return name;
        }
        ASN1_IA5STRING* bytes = ASN1_IA5STRING_new();
        ASN1_STRING_set(bytes, value.data(), static_cast<int>(value.size()));
        GENERAL_NAME_set0_value(name, kind == "DNS" ? GEN_DNS : kind == "email" ? GEN_EMAIL : GEN_URI, bytes);
        return name;
    }
    void fill(X509* certificate, const Wanted& wanted, EVP_PKEY* key) {
        require(key != nullptr && certificate != nullptr && X509_set_version(certificate, 2) == 1);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial_);
        X509_gmtime_adj(X509_getm_notBefore(certificate), wanted.starts_in);
        X509_gmtime_adj(X509_getm_notAfter(certificate), wanted.ends_in);
        X509_NAME* subject = X509_get_subject_name(certificate);
        const auto* text = reinterpret_cast<const unsigned char*>(wanted.common_name.data());
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, static_cast<int>(wanted.common_name.size()), -1, 0);
        require(X509_set_issuer_name(certificate, X509_get_subject_name(certificate_ ? certificate_.get() : certificate)) == 1);
        require(X509_set_pubkey(certificate, key) == 1);
    }

    long serial_ = 0;
    std::unique_ptr<EVP_PKEY, Free> key_;
    std::unique_ptr<X509, Free> certificate_;
};

}  // namespace seald::test
