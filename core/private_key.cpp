#include <fcntl.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/keys.hpp"
#include "core/openssl.hpp"

namespace seald {
namespace {

constexpr std::size_t max_key_file_bytes = 64 * 1024;

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const { return number_; }

  private:
    int number_;
};

// Wipes what it refers to when it goes: the text or DER of a private key.
template <class Container>
class Wiped {
  public:
    explicit Wiped(Container& content) : content_(content) {}
    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;
    ~Wiped() { OPENSSL_cleanse(content_.data(), content_.size()); }

  private:
    Container& content_;
};

std::string because(std::string_view what, const std::filesystem::path& file) {
    return std::string(what) + " " + file.string() + ": " + std::strerror(errno);
}

// Reads the whole of a descriptor into a buffer that never grows, so that no copy of a key is left behind.
Result<std::string> read_key_text(int descriptor, const std::filesystem::path& file) {
    std::string text(max_key_file_bytes, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t got = ::read(descriptor, text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return unavailable(because("cannot read", file), false);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    if (size == text.size()) return malformed(file.string() + " is too long for a private key");
    text.resize(size);
    return text;
}

bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t put = ::write(descriptor, text.data(), text.size());
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
}

// A new name is durable only when its folder is synced too (fsync(2)).
bool sync_folder(const std::filesystem::path& file) {
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return opened.number() >= 0 && ::fsync(opened.number()) == 0;
}

EVP_PKEY* generate_key(KeyAlgorithm algorithm) {
    switch (algorithm) {
        case KeyAlgorithm::ec_p256:
            return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
        case KeyAlgorithm::ec_p384:
            return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384");
        case KeyAlgorithm::rsa_2048:
            return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048});
        case KeyAlgorithm::rsa_3072:
            return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{3072});
        case KeyAlgorithm::rsa_4096:
            return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{4096});
        case KeyAlgorithm::ed25519:
            return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    }
    return nullptr;
}

// A PKCS#8 EC key may carry somebody else's public half (RFC 5915 section 3 makes it optional and unchecked).
bool halves_match(EVP_PKEY* key) {
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) return true;
    const Openssl<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    return context && EVP_PKEY_pairwise_check(context.get()) == 1;
}

using Pkcs8 = Openssl<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

}  // namespace

Result<PrivateKey> PrivateKey::generate(KeyAlgorithm algorithm) {
    EvpKey key(generate_key(algorithm));
    if (!key) return openssl_failure(ErrorCode::internal, "no key could be generated");
    return PrivateKey(std::move(key), algorithm);
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
    const Bio in = reading_bio(pem);
    auto block = next_pem_block(in.get(), "PRIVATE KEY");
    if (!block) return block.error();
    if (!*block)
        return malformed(
            "there is no \"BEGIN PRIVATE KEY\" in this text; convert with: openssl pkcs8 -topk8 -nocrypt -in FILE");
    Bytes& der = **block;
    const Wiped<Bytes> wiped(der);
    const std::uint8_t* at = der.data();
    const Pkcs8 info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size())));
    if (!info) return openssl_failure(ErrorCode::malformed, "this is not a PKCS#8 private key");
    if (at != der.data() + der.size()) return malformed("something follows the private key");
    EvpKey key(EVP_PKCS82PKEY(info.get()));
    if (!key) return openssl_failure(ErrorCode::unacceptable, "this private key cannot be used");
    if (!halves_match(key.get()))
        return openssl_failure(ErrorCode::unacceptable,
                               "the public half in this file does not belong to the private key");
    EVP_PKEY_up_ref(key.get());
    const auto recognised = PublicKey::from_evp(EvpKey(key.get()));  // the same closed list for both halves
    if (!recognised) return recognised.error();
    return PrivateKey(std::move(key), recognised->algorithm());
}

Result<PrivateKey> PrivateKey::load_pem(const std::filesystem::path& file) {
    // O_NONBLOCK: a FIFO must not hold us up before fstat says what it is.
    const Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (opened.number() < 0) return not_found(because("cannot read the private key", file));
    struct stat facts {};
    if (::fstat(opened.number(), &facts) != 0) return unavailable(because("cannot read", file), false);
    if (!S_ISREG(facts.st_mode)) return unacceptable(file.string() + " is not a regular file");
    if ((facts.st_mode & 077) != 0)
        return unacceptable("the private key " + file.string() + " is open to others; run: chmod 600 " + file.string());
    auto text = read_key_text(opened.number(), file);
    if (!text) return text.error();
    const Wiped<std::string> wiped(*text);
    auto key = from_pem(*text);
    if (!key) key.error().message = file.string() + ": " + key.error().message;
    return key;
}

Result<void> PrivateKey::save_pem(const std::filesystem::path& file) const {
    const Bio pem(BIO_new(BIO_s_secmem()));
    if (!pem || PEM_write_bio_PKCS8PrivateKey(pem.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return openssl_failure(ErrorCode::internal, "the private key could not be encoded");
    const char* text = nullptr;
    const long size = BIO_ctrl(pem.get(), BIO_CTRL_INFO, 0, &text);
    const Descriptor made(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (made.number() < 0 && errno == EEXIST)
        return conflict("key-file-exists", file.string() + " exists; it is not overwritten");
    if (made.number() < 0) return unavailable(because("cannot make", file), false);
    if (!write_all(made.number(), {text, static_cast<std::size_t>(size)}) || ::fsync(made.number()) != 0 ||
        !sync_folder(file)) {
        auto error = unavailable(because("cannot write", file), false);
        ::unlink(file.c_str());  // half a key is worse than none, and the name is ours: O_EXCL made it
        return error;
    }
    return {};
}

PublicKey PrivateKey::public_key() const {
    // Through its encoding, so that the private half does not travel along.
    return PublicKey::from_der(der_of(i2d_PUBKEY, key_.get())).value();
}

}  // namespace seald
