#include "daemon/custody/server_key.hpp"

#include "daemon/store/seal_table.hpp"

namespace seald {

namespace asio = boost::asio;

asio::awaitable<Result<Bytes>> ServerKey::find_key(Token& token, PublicKey key) {
    if (found_ && found_->key == key) co_return found_->id;
    const auto list = co_await token.list_keys();
    if (!list) co_return list.error();
    for (const auto& on_token : list->keys)
        if (on_token.spki == key.to_der()) {
            found_ = Found{key, on_token.key_id};
            co_return on_token.key_id;
        }
    co_return not_found("the key of the server's certificate is not on token " + token_.str());
}

asio::awaitable<Result<Bytes>> ServerKey::sign(PublicKey key, Digest digest) {
    const auto token = tokens_.find_ready(token_);
    if (!token) co_return token.error();
    const auto id = co_await find_key(**token, key);
    if (!id) co_return id.error();
    std::function<Result<bool>(Database&)> ask = [spki = key.to_der()](Database& database) { return tables::is_seal_key(database, spki); };
    const auto of_a_seal = co_await store_.read(std::move(ask));
    if (!of_a_seal) co_return of_a_seal.error();
    if (*of_a_seal) co_return conflict("seal-key", "the server's certificate is for the key of a seal, which signs documents only");
    token_protocol::SignRequest request{*id, key.algorithm(), SignatureScheme::ecdsa, digest};
    auto signature = co_await (*token)->sign(std::move(request));
    if (!signature) found_.reset();
    if (!signature) co_return signature.error();
    co_return std::move(signature->value);
}

}  // namespace seald
