// Running programs that nobody here wrote (openssl, jose) on files in a temporary folder, and signing with a key in
// software where seald would have a token do it.
#pragma once
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "core/certificate.hpp"
#include "core/keys.hpp"

namespace seald::testing {

class TempFolder {
  public:
    TempFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "seald-core-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
        path_ = pattern;
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder() { std::filesystem::remove_all(path_); }

    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

    std::filesystem::path write(const std::string& name, std::string_view content) const {
        std::ofstream(path_ / name, std::ios::binary) << content;
        return path_ / name;
    }
    std::string read(const std::string& name) const {
        std::ifstream in(path_ / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    struct Outcome {
        int status;
        std::string output;
    };
    // In this folder, stderr included.
    Outcome run(const std::string& command) const {
        FILE* pipe = ::popen(("cd " + path_.string() + " && { " + command + " ; } 2>&1").c_str(), "r");
        if (pipe == nullptr) throw std::runtime_error("popen");
        std::string output;
        for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) output.push_back(static_cast<char>(c));
        return {::pclose(pipe), output};
    }

  private:
    std::filesystem::path path_;
};

inline Bytes sign_digest(const PrivateKey& key, const Digest& digest, SignatureScheme scheme) {
    const EVP_MD* hash = digest.algorithm() == DigestAlgorithm::sha256   ? EVP_sha256()
                         : digest.algorithm() == DigestAlgorithm::sha384 ? EVP_sha384()
                                                                         : EVP_sha512();
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(EVP_PKEY_CTX_new(key.evp(), nullptr),
                                                                              &EVP_PKEY_CTX_free);
    EVP_PKEY_sign_init(context.get());
    if (scheme == SignatureScheme::rsa_pss) {
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_DIGEST);
    }
    EVP_PKEY_CTX_set_signature_md(context.get(), hash);
    std::size_t size = 1024;
    Bytes signature(size);
    if (EVP_PKEY_sign(context.get(), signature.data(), &size, digest.bytes().data(), digest.bytes().size()) != 1)
        throw std::runtime_error("EVP_PKEY_sign");
    signature.resize(size);
    return signature;
}

// One key of each kind for the whole program: RSA keys take long to make. None larger than 2048 bits.
inline const PrivateKey& test_key(KeyAlgorithm algorithm) {
    static const PrivateKey p256 = PrivateKey::generate(KeyAlgorithm::ec_p256).value();
    static const PrivateKey p384 = PrivateKey::generate(KeyAlgorithm::ec_p384).value();
    static const PrivateKey ed25519 = PrivateKey::generate(KeyAlgorithm::ed25519).value();
    static const PrivateKey rsa = PrivateKey::generate(KeyAlgorithm::rsa_2048).value();
    if (algorithm == KeyAlgorithm::ec_p256) return p256;
    if (algorithm == KeyAlgorithm::ec_p384) return p384;
    if (algorithm == KeyAlgorithm::ed25519) return ed25519;
    return rsa;
}

// A self-signed certificate of test_key(kind), valid now.
inline Certificate certificate_for(KeyAlgorithm kind) {
    static const Timestamp from = from_unix(to_unix(SystemClock().now()) - 3600);
    auto made =
        UnsignedCertificate::self_signed(test_key(kind).public_key(), {"合同專用章", "示例股份有限公司"}, from, 10);
    const Bytes signature = sign_digest(test_key(kind), made->digest(), document_scheme(kind).value());
    return std::move(*made).with_signature(signature).value();
}

inline const std::string p256_spki_prefix = "3059301306072a8648ce3d020106082a8648ce3d030107034200";
inline const std::string p384_spki_prefix = "3076301006072a8648ce3d020106052b81040022036200";

}  // namespace seald::testing
