// X.509 certificates (RFC 5280): reading, checking, and building requests and self-signed ones whose signature is made
// elsewhere, in a token.
#pragma once
#include <openssl/x509.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/keys.hpp"
#include "core/time.hpp"

namespace seald {

struct X509Free { void operator()(X509* c) const { X509_free(c); } };

class Certificate {
  public:
    static Result<Certificate> from_pem(std::string_view pem);                       // the first one in the text
    static Result<std::vector<Certificate>> chain_from_pem(std::string_view pem);    // all of them, at least one, at most 16
    static Result<Certificate> from_der(BytesView der);
    Certificate(const Certificate&);
    Certificate& operator=(const Certificate&);
    Certificate(Certificate&&) noexcept = default;
    Certificate& operator=(Certificate&&) noexcept = default;

    std::string to_pem() const;
    Bytes to_der() const;
    std::string subject() const;              // RFC 2253, UTF-8 kept
    std::string common_name() const;          // empty if none; a NUL inside is an error at from_*
    std::string serial_hex() const;
    Digest fingerprint() const;               // SHA-256 of the DER
    Timestamp not_before() const;
    Timestamp not_after() const;
    bool valid_at(Timestamp time) const { return not_before() <= time && time <= not_after(); }
    Result<PublicKey> public_key() const;
    X509* x509() const { return x509_.get(); }

    // May it sign documents? keyUsage absent, or digitalSignature or nonRepudiation (RFC 5280 section 4.2.1.3).
    bool allows_signing() const;

  private:
    explicit Certificate(std::unique_ptr<X509, X509Free> x509) : x509_(std::move(x509)) {}
    std::unique_ptr<X509, X509Free> x509_;
};

// Does `leaf` chain to one of `trusted` at `when`, through `intermediates`? verification_failed with OpenSSL's words.
Result<void> verify_chain(const Certificate& leaf, const std::vector<Certificate>& intermediates,
                          const std::vector<Certificate>& trusted, Timestamp when);

struct SubjectFields {
    std::string common_name;   // mandatory; UTF-8
    std::string organisation;  // may be empty
};

// Building happens in two halves, so that the signature can come from a token: make the unsigned object, have the digest
// signed, put the signature in.
class UnsignedCertificate {
  public:
    // Self-signed, keyUsage digitalSignature+nonRepudiation (critical), basicConstraints CA:FALSE, subjectKeyIdentifier,
    // 16 random bytes of serial number.
    static Result<UnsignedCertificate> self_signed(const PublicKey& key, const SubjectFields& subject, Timestamp from, int days);
    Digest digest() const;  // over the TBSCertificate
    Result<Certificate> with_signature(BytesView signature) &&;  // verification_failed if it does not verify
  private:
    explicit UnsignedCertificate(std::unique_ptr<X509, X509Free> x509) : x509_(std::move(x509)) {}
    std::unique_ptr<X509, X509Free> x509_;
};

struct X509ReqFree { void operator()(X509_REQ* r) const { X509_REQ_free(r); } };

class UnsignedRequest {  // PKCS#10, RFC 2986
  public:
    static Result<UnsignedRequest> make(const PublicKey& key, const SubjectFields& subject);
    Digest digest() const;
    Result<std::string> with_signature(BytesView signature) &&;  // PEM
  private:
    explicit UnsignedRequest(std::unique_ptr<X509_REQ, X509ReqFree> request) : request_(std::move(request)) {}
    std::unique_ptr<X509_REQ, X509ReqFree> request_;
};

}  // namespace seald
