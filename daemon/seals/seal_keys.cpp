#include "daemon/seals/seal_keys.hpp"

#include <openssl/rand.h>

#include "daemon/ledger/record.hpp"

namespace seald {

namespace json = boost::json;
namespace asio = boost::asio;

namespace {

asio::awaitable<Result<Bytes>> sign_with(Token& token, const Seal& seal, SignatureScheme scheme, Digest digest) {
    token_protocol::SignRequest request{seal.key_id, seal.algorithm, scheme, digest};
    auto signature = co_await token.sign(std::move(request));
    if (!signature) co_return signature.error();
    co_return std::move(signature->value);
}

}  // namespace

Bytes new_key_id() {
    Bytes id(16);
    if (RAND_bytes(id.data(), static_cast<int>(id.size())) != 1) throw std::runtime_error("no random bytes from OpenSSL");
    return id;
}

SubjectFields subject_of(const Seal& seal, const std::string& common_name) {
    return {.common_name = common_name.empty() ? seal.title : common_name, .organisation = seal.owner};
}

json::object key_attributes(const token_protocol::GeneratedKey& key) {
    return {{"sensitive", key.sensitive},
            {"always_sensitive", key.always_sensitive},
            {"extractable", key.extractable},
            {"never_extractable", key.never_extractable},
            {"local", key.local}};
}

Result<std::vector<Certificate>> usable_chain(const std::string& pem, Timestamp now) {
    auto chain = Certificate::chain_from_pem(pem);
    if (!chain) return chain;
    if (!chain->front().allows_signing())
        return unacceptable("the certificate's key usage does not allow signing: it needs digitalSignature or nonRepudiation");
    if (!chain->front().valid_at(now)) return unacceptable("the certificate is not valid now: see its dates");
    return chain;
}

asio::awaitable<Result<std::uint64_t>> record_key_use(Store& store, json::object caller, Seal seal, std::string purpose, Timestamp now) {
    json::object fields{{"caller", std::move(caller)}, {"seal", seal.name.str()}, {"token", seal.token.str()}, {"version", seal.version},
                        {"purpose", std::move(purpose)}};
    auto entry = Entry::make("key-use", now, fields);
    co_return co_await record_entry(store, std::move(entry));
}

asio::awaitable<Result<Certificate>> self_sign(Token& token, Seal seal, SubjectFields subject, Timestamp now, int days) {
    auto unsigned_certificate = UnsignedCertificate::self_signed(seal.public_key, subject, now, days);
    if (!unsigned_certificate) co_return unsigned_certificate.error();
    auto scheme = document_scheme(seal.algorithm);
    if (!scheme) co_return scheme.error();
    auto signature = co_await sign_with(token, seal, *scheme, unsigned_certificate->digest());
    if (!signature) co_return signature.error();
    co_return std::move(*unsigned_certificate).with_signature(*signature);
}

asio::awaitable<Result<std::string>> sign_request(Token& token, Seal seal, SubjectFields subject) {
    auto request = UnsignedRequest::make(seal.public_key, subject);
    if (!request) co_return request.error();
    auto scheme = document_scheme(seal.algorithm);
    if (!scheme) co_return scheme.error();
    auto signature = co_await sign_with(token, seal, *scheme, request->digest());
    if (!signature) co_return signature.error();
    co_return std::move(*request).with_signature(*signature);
}

asio::awaitable<Result<void>> prove_possession(Token& token, Seal seal, Certificate certificate) {
    auto certified = certificate.public_key();
    if (!certified) co_return certified.error();
    if (!(*certified == seal.public_key))
        co_return unacceptable("the certificate is for another key than seal " + seal.name.str() + "'s: import the one made from its request");
    auto scheme = document_scheme(seal.algorithm);
    if (!scheme) co_return scheme.error();
    const std::string statement = "seald proof of possession\n" + seal.name.str() + "\n" + certificate.fingerprint().hex() + "\n";
    const Digest digest = Digest::of(default_digest(seal.algorithm), as_bytes(statement));
    auto signature = co_await sign_with(token, seal, *scheme, digest);
    if (!signature) co_return signature.error();
    co_return certified->verify_digest(digest, *scheme, *signature);
}

}  // namespace seald
