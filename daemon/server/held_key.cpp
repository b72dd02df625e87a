#include "daemon/server/held_key.hpp"

#include <openssl/ec.h>
#include <openssl/x509.h>

#include <algorithm>
#include <chrono>
#include <new>

namespace seald {
namespace {

constexpr std::size_t threads = 4;  // as many handshakes wait for the token at once
constexpr std::chrono::seconds longest_wait{10};

// OpenSSL 3.0 calls a key's own methods deprecated in favour of a provider, which would be some hundred lines for this one
// function; libp11's engine rests on them, and they work to the end of 3.x.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

// What hangs at an EC_KEY of ours.
struct Half {
    PublicKey key;
    std::shared_ptr<HeldKey> holder;
};

void free_half(void*, void* half, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<Half*>(half); }

int copy_half(CRYPTO_EX_DATA*, const CRYPTO_EX_DATA*, void** half, int, long, void*) {
    if (*half != nullptr) *half = new Half(*static_cast<const Half*>(*half));
    return 1;
}

int half_index() {
    static const int index = EC_KEY_get_ex_new_index(0, nullptr, nullptr, copy_half, free_half);
    return index;
}

// OpenSSL tells only how long the digest is; for our keys (P-256, P-384) that says which.
std::optional<DigestAlgorithm> algorithm_of_length(int length) {
    for (const auto algorithm : {DigestAlgorithm::sha256, DigestAlgorithm::sha384, DigestAlgorithm::sha512})
        if (digest_size(algorithm) == static_cast<std::size_t>(length)) return algorithm;
    return std::nullopt;
}

// As ECDSA_sign: 1 and the signature, or 0.
int sign_elsewhere(int, const unsigned char* bytes, int length, unsigned char* signature, unsigned int* size, const BIGNUM*, const BIGNUM*, EC_KEY* key) try {
    const auto* half = static_cast<const Half*>(EC_KEY_get_ex_data(key, half_index()));
    const auto algorithm = algorithm_of_length(length);
    if (half == nullptr || !algorithm) return 0;
    const auto digest = Digest::from_bytes(*algorithm, BytesView(bytes, static_cast<std::size_t>(length)));
    if (!digest) return 0;
    const auto made = half->holder->sign(half->key, *digest);
    if (!made || made->size() > static_cast<std::size_t>(ECDSA_size(key))) return 0;
    std::ranges::copy(*made, signature);
    *size = static_cast<unsigned int>(made->size());
    return 1;
} catch (...) {
    return 0;  // C is above us
}

const EC_KEY_METHOD* method() {
    static const EC_KEY_METHOD* made = [] {
        EC_KEY_METHOD* method = EC_KEY_METHOD_new(EC_KEY_OpenSSL());
        if (method == nullptr) throw std::bad_alloc();
        EC_KEY_METHOD_set_sign(method, sign_elsewhere, nullptr, nullptr);
        return method;
    }();
    return made;
}

}  // namespace

Result<EvpKey> HeldKey::private_half(const PublicKey& key, std::shared_ptr<HeldKey> holder) {
    if (key.algorithm() != KeyAlgorithm::ec_p256 && key.algorithm() != KeyAlgorithm::ec_p384)
        return unacceptable("a server's key on a token is ec-p256 or ec-p384, not " + std::string(to_string(key.algorithm())));
    const Bytes der = key.to_der();
    const unsigned char* at = der.data();
    std::unique_ptr<EC_KEY, decltype(&EC_KEY_free)> ec(d2i_EC_PUBKEY(nullptr, &at, static_cast<long>(der.size())), EC_KEY_free);
    EvpKey half(EVP_PKEY_new());
    if (!ec || !half || EC_KEY_set_method(ec.get(), method()) != 1) throw std::bad_alloc();
    auto data = std::make_unique<Half>(Half{key, std::move(holder)});
    if (EC_KEY_set_ex_data(ec.get(), half_index(), data.get()) != 1) throw std::bad_alloc();
    data.release();
    if (EVP_PKEY_assign_EC_KEY(half.get(), ec.get()) != 1) throw std::bad_alloc();
    ec.release();
    return half;
}

#pragma GCC diagnostic pop

HeldKey::HeldKey() : threads_(threads) {}

HeldKey::~HeldKey() {
    give_up();
    threads_.stop();
    threads_.join();
}

void HeldKey::answer_with(Ask ask) {
    const std::lock_guard lock(mutex_);
    ask_ = std::move(ask);
}

void HeldKey::give_up() {
    {
        const std::lock_guard lock(mutex_);
        ask_ = nullptr;
    }
    answered_.notify_all();
}

Result<Bytes> HeldKey::sign(const PublicKey& key, const Digest& digest) {
    auto made = ask_and_wait(key, digest);
    const std::lock_guard lock(mutex_);
    why_not_ = made ? "" : made.error().message;
    return made;
}

Result<Bytes> HeldKey::ask_and_wait(const PublicKey& key, const Digest& digest) {
    const auto question = std::make_shared<Question>();  // an answer that comes too late finds it
    std::unique_lock lock(mutex_);
    if (!ask_) return unavailable("the server's key is not there yet, or not any more", true);
    const Ask ask = ask_;
    lock.unlock();
    ask(key, digest, [this, question](Result<Bytes> answer) {
        {
            const std::lock_guard answering(mutex_);
            question->answer = std::move(answer);
        }
        answered_.notify_all();
    });
    lock.lock();
    answered_.wait_for(lock, longest_wait, [&] { return question->answer.has_value() || !ask_; });
    if (!question->answer) return unavailable("the token that holds the server's key does not answer", true);
    return std::move(*question->answer);
}

std::string HeldKey::why_not() const {
    const std::lock_guard lock(mutex_);
    return why_not_;
}

}  // namespace seald
