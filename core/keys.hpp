// Public and private keys in software (OpenSSL), and the two closed lists of what seald signs and verifies with.
// Seal keys are never here: they live in tokens, and seald sees their public halves only.
#pragma once
#include <openssl/evp.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/digest.hpp"
#include "core/encoding.hpp"
#include "core/error.hpp"

namespace seald {

// What kind a key is. Anything else is refused by name.
enum class KeyAlgorithm { ec_p256, ec_p384, rsa_2048, rsa_3072, rsa_4096, ed25519 };
std::string_view to_string(KeyAlgorithm algorithm);                 // "ec-p256"
Result<KeyAlgorithm> decode_key_algorithm(std::string_view text);   // unacceptable, naming what is allowed

// How a digest is signed. ECDSA values are DER SEQUENCE{r,s} (X9.62) everywhere except inside a JWS.
// PSS: MGF1 with the same hash, salt as long as the hash.
enum class SignatureScheme { ecdsa, rsa_pkcs1, rsa_pss };
std::string_view to_string(SignatureScheme scheme);                 // "ecdsa" "rsa-pkcs1" "rsa-pss"

struct EvpKeyFree { void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); } };
using EvpKey = std::unique_ptr<EVP_PKEY, EvpKeyFree>;

class PublicKey {
  public:
    static Result<PublicKey> from_pem(std::string_view pem);       // "PUBLIC KEY" (SubjectPublicKeyInfo)
    static Result<PublicKey> from_der(BytesView spki);
    static Result<PublicKey> from_evp(EvpKey key);                 // unacceptable: a kind that is not in the list
    static Result<PublicKey> load_pem(const std::filesystem::path& file);
    PublicKey(const PublicKey&);
    PublicKey& operator=(const PublicKey&);
    PublicKey(PublicKey&&) noexcept = default;
    PublicKey& operator=(PublicKey&&) noexcept = default;

    KeyAlgorithm algorithm() const { return algorithm_; }
    std::string to_pem() const;
    Bytes to_der() const;                 // SubjectPublicKeyInfo
    std::string thumbprint() const;       // RFC 7638, SHA-256, base64url
    EVP_PKEY* evp() const { return key_.get(); }
    bool operator==(const PublicKey& other) const;

    // Was `digest` signed with this key? verification_failed if not. Ed25519 has no digest form: refused.
    Result<void> verify_digest(const Digest& digest, SignatureScheme scheme, BytesView signature) const;

  private:
    PublicKey(EvpKey key, KeyAlgorithm algorithm) : key_(std::move(key)), algorithm_(algorithm) {}
    EvpKey key_;
    KeyAlgorithm algorithm_;
};

// A person's or the ledger's own key, from a file.
class PrivateKey {
  public:
    static Result<PrivateKey> generate(KeyAlgorithm algorithm);
    static Result<PrivateKey> from_pem(std::string_view pem);                       // PKCS#8, unencrypted
    static Result<PrivateKey> load_pem(const std::filesystem::path& file);          // refuses a file others can read
    // Writes PKCS#8 PEM with mode 0600, synced with its folder; refuses to overwrite.
    Result<void> save_pem(const std::filesystem::path& file) const;
    PublicKey public_key() const;
    KeyAlgorithm algorithm() const { return algorithm_; }
    EVP_PKEY* evp() const { return key_.get(); }

  private:
    PrivateKey(EvpKey key, KeyAlgorithm algorithm) : key_(std::move(key)), algorithm_(algorithm) {}
    EvpKey key_;
    KeyAlgorithm algorithm_;
};

// The scheme for signing documents with a key of this kind: ecdsa, or rsa_pkcs1 (accepted by every verifier; see docs).
Result<SignatureScheme> document_scheme(KeyAlgorithm algorithm);
// The digest to use with a key of this kind unless something else is asked for: sha384 for P-384, sha256 otherwise.
DigestAlgorithm default_digest(KeyAlgorithm algorithm);

}  // namespace seald
