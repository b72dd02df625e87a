#include "client/card_key.hpp"

#include <libp11.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <optional>
#include <vector>

#include "client/pin_source.hpp"
#include "core/jws.hpp"

namespace seald {
namespace {

// Reads and empties OpenSSL's error queue: libp11 reports there.
std::string libp11_words() {
    const unsigned long code = ERR_peek_last_error();
    std::string words = code == 0 ? "no reason given" : std::string();
    if (code != 0) {
        const char* reason = ERR_reason_error_string(code);
        words = reason != nullptr ? reason : "error " + std::to_string(ERR_GET_REASON(code));
    }
    ERR_clear_error();
    return words;
}

bool fits(const std::string& wanted, const char* found) {
    return wanted.empty() || (found != nullptr && wanted == found);
}

bool fits(const Pkcs11Uri& uri, const PKCS11_TOKEN& token) {
    return fits(uri.token, token.label) && fits(uri.serial, token.serialnr) &&
           fits(uri.manufacturer, token.manufacturer) && fits(uri.model, token.model);
}

bool fits(const Pkcs11Uri& uri, const PKCS11_KEY& key) {
    const bool id_fits = uri.id.empty() || std::equal(uri.id.begin(), uri.id.end(), key.id, key.id + key.id_len);
    return id_fits && fits(uri.object, key.label);
}

std::string called(const PKCS11_TOKEN& token) {
    const std::string label = token.label != nullptr ? token.label : "";
    const std::string serial = token.serialnr != nullptr ? token.serialnr : "";
    return "'" + label + "' (serial " + serial + ")";
}

Result<PublicKey> public_half(EVP_PKEY* key) {
    unsigned char* der = nullptr;
    const int length = i2d_PUBKEY(key, &der);
    if (length <= 0) {
        ERR_clear_error();
        return unacceptable("the token does not give out the key's public half");
    }
    auto decoded = PublicKey::from_der({der, static_cast<std::size_t>(length)});
    OPENSSL_free(der);
    return decoded;
}

struct DigestContextFree {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

// Everything that libp11 hands out lives as long as its context, so it is kept and let go together.
struct CardKey::Token {
    PKCS11_CTX* context = nullptr;
    PKCS11_SLOT* slots = nullptr;
    unsigned slot_count = 0;
    EvpKey key;
    std::optional<PublicKey> public_key;

    Token() = default;
    Token(const Token&) = delete;
    Token& operator=(const Token&) = delete;
    ~Token() {
        key.reset();
        if (slots != nullptr) PKCS11_release_all_slots(context, slots, slot_count);
        if (context != nullptr) {
            PKCS11_CTX_unload(context);
            PKCS11_CTX_free(context);
        }
    }

    Result<void> load(const std::string& module);
    Result<PKCS11_SLOT*> find_slot(const Pkcs11Uri& uri) const;
    static Result<void> log_in(PKCS11_SLOT& slot, const Pkcs11Uri& uri);
    Result<void> take_key(PKCS11_SLOT& slot, const Pkcs11Uri& uri);
};

Result<void> CardKey::Token::load(const std::string& module) {
    if (module.empty()) return malformed("which PKCS#11 module? give --module or module-path in the URI");
    // libp11 would write its own line to stderr. A name without a folder is searched for by the loader.
    if (module.find('/') != std::string::npos && !std::filesystem::exists(module)) {
        return unavailable("there is no PKCS#11 module " + module, false);
    }
    context = PKCS11_CTX_new();
    if (context == nullptr) return internal_error("PKCS11_CTX_new");
    if (PKCS11_CTX_load(context, module.c_str()) != 0) {
        PKCS11_CTX_free(context);  // never loaded, so there is nothing to unload
        context = nullptr;
        return unavailable("cannot load the PKCS#11 module " + module + ": " + libp11_words(), false);
    }
    if (PKCS11_enumerate_slots(context, &slots, &slot_count) != 0) {
        return unavailable("the PKCS#11 module lists no slots: " + libp11_words(), true);
    }
    return {};
}

Result<PKCS11_SLOT*> CardKey::Token::find_slot(const Pkcs11Uri& uri) const {
    PKCS11_SLOT* found = nullptr;
    for (unsigned i = 0; i < slot_count; ++i) {
        if (slots[i].token == nullptr || slots[i].token->initialized == 0 || !fits(uri, *slots[i].token)) continue;
        if (found != nullptr) {
            return malformed("the PKCS#11 URI fits " + called(*found->token) + " and " + called(*slots[i].token) +
                             "; add serial=");
        }
        found = slots + i;
    }
    if (found == nullptr) return not_found("no token fits the PKCS#11 URI; is it plugged in");
    return found;
}

Result<void> CardKey::Token::log_in(PKCS11_SLOT& slot, const Pkcs11Uri& uri) {
    const PKCS11_TOKEN& token = *slot.token;
    if (token.userPinLocked != 0) return refusal("pin-locked", "the PIN of token " + called(token) + " is locked");
    if (token.userPinFinalTry != 0 && !uri.pin_source.empty()) {
        return refusal("pin-final-try",
                       "one PIN try is left on token " + called(token) + "; type the PIN instead of giving pin-source");
    }
    const std::string warning = token.userPinFinalTry != 0 ? " (LAST TRY)" : "";
    const auto pin = obtain_pin(uri.pin_source, "PIN of token " + called(token) + warning + ": ");
    if (!pin) return pin.error();
    std::vector<char> terminated;
    terminated.reserve(pin->size() + 1);
    terminated.assign(pin->reveal().begin(), pin->reveal().end());
    if (std::find(terminated.begin(), terminated.end(), '\0') != terminated.end())
        return malformed("the PIN contains a NUL");
    terminated.push_back('\0');
    const Secret for_libp11(std::move(terminated));
    if (PKCS11_login(&slot, 0, for_libp11.reveal().data()) == 0) return {};
    return refusal("pin",
                   "token " + called(token) + " did not accept the PIN: " + libp11_words() + "; it was tried once");
}

Result<void> CardKey::Token::take_key(PKCS11_SLOT& slot, const Pkcs11Uri& uri) {
    PKCS11_KEY* keys = nullptr;
    unsigned count = 0;
    if (PKCS11_enumerate_keys(slot.token, &keys, &count) != 0) {
        return unavailable("the keys of token " + called(*slot.token) + " cannot be listed (" + libp11_words() +
                               "); one key of a kind that libp11 does not know, such as Ed25519, is enough for that",
                           false);
    }
    PKCS11_KEY* found = nullptr;
    for (unsigned i = 0; i < count; ++i) {
        if (!fits(uri, keys[i])) continue;
        if (found != nullptr)
            return malformed("the PKCS#11 URI fits more than one key on token " + called(*slot.token) +
                             "; add id= or object=");
        found = keys + i;
    }
    if (found == nullptr) return not_found("no private key on token " + called(*slot.token) + " fits the PKCS#11 URI");
    key.reset(PKCS11_get_private_key(found));
    if (!key) return unavailable("the key cannot be used: " + libp11_words(), false);
    auto half = public_half(key.get());
    if (!half) return half.error();
    public_key = std::move(*half);
    return {};
}

CardKey::CardKey(std::unique_ptr<Token> token) : token_(std::move(token)) {}
CardKey::CardKey(CardKey&&) noexcept = default;
CardKey& CardKey::operator=(CardKey&&) noexcept = default;
CardKey::~CardKey() = default;

Result<CardKey> CardKey::open(const Pkcs11Uri& uri, const std::string& module) {
    auto token = std::make_unique<Token>();
    if (auto loaded = token->load(module.empty() ? uri.module_path : module); !loaded) return loaded.error();
    const auto slot = token->find_slot(uri);
    if (!slot) return slot.error();
    if (auto logged_in = Token::log_in(**slot, uri); !logged_in) return logged_in.error();
    if (auto taken = token->take_key(**slot, uri); !taken) return taken.error();
    return CardKey(std::move(token));
}

const PublicKey& CardKey::public_key() const { return *token_->public_key; }

EVP_PKEY* CardKey::handle() const { return token_->key.get(); }

Result<Bytes> CardKey::sign(std::string_view signing_input) const {
    const KeyAlgorithm algorithm = public_key().algorithm();
    const bool elliptic = algorithm == KeyAlgorithm::ec_p256 || algorithm == KeyAlgorithm::ec_p384;
    const EVP_MD* digest = algorithm == KeyAlgorithm::ec_p384 ? EVP_sha384() : EVP_sha256();
    const std::unique_ptr<EVP_MD_CTX, DigestContextFree> context(EVP_MD_CTX_new());
    if (!context || EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, token_->key.get()) <= 0) {
        return unavailable("the token cannot sign with this key: " + libp11_words(), false);
    }
    const auto input = as_bytes(signing_input);
    std::size_t length = static_cast<std::size_t>(EVP_PKEY_get_size(token_->key.get()));
    Bytes signature(length);
    if (EVP_DigestSign(context.get(), signature.data(), &length, input.data(), input.size()) <= 0) {
        return unavailable("the token did not sign: " + libp11_words(), true);
    }
    signature.resize(length);
    if (elliptic) return ecdsa_der_to_raw(signature, algorithm);
    return signature;
}

}  // namespace seald
