#include "daemon/sealing/document_signing.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace seald {
namespace {

namespace asio = boost::asio;

asio::awaitable<Result<SignedDocument>> sign_raw(Token& token, KeyPlace place, const Seal& seal, SignatureScheme scheme, Digest digest, std::string log_id) {
    token_protocol::SignRequest request{place.key_id, seal.algorithm, scheme, digest, std::move(log_id)};
    auto signature = co_await token.sign(std::move(request));
    if (!signature) co_return signature.error();
    co_return SignedDocument{std::move(signature->value), std::move(place)};
}

asio::awaitable<Result<SignedDocument>> sign_cms(Token& token, KeyPlace place, const Seal& seal, SignatureScheme scheme, Digest document, std::string log_id) {
    auto cms = UnsignedCms::over(document, *seal.certificate, seal.chain, scheme);
    if (!cms) co_return cms.error();
    token_protocol::SignRequest request{place.key_id, seal.algorithm, scheme, cms->digest_to_sign(), std::move(log_id)};
    auto signature = co_await token.sign(std::move(request));
    if (!signature) co_return signature.error();
    auto der = cms->with_signature(signature->value);
    if (!der) co_return der.error();
    co_return SignedDocument{std::move(*der), std::move(place)};
}

asio::awaitable<Result<SignedDocument>> sign_document(Token& token, TokenLine& line, KeyPlace place, Intent intent) {
    const PersonId caller = intent.permit().caller().id();
    const auto turn = co_await line.take(caller);
    if (!turn) co_return turn.error();
    const Seal& seal = intent.permit().seal();
    const Digest& document = intent.use().document.digest;
    auto scheme = document_scheme(seal.algorithm);
    if (!scheme) co_return scheme.error();
    std::string log_id = intent.permit().request().log_id;
    if (intent.permit().request().format == SignatureFormat::raw)
        co_return co_await sign_raw(token, std::move(place), seal, *scheme, document, std::move(log_id));
    co_return co_await sign_cms(token, std::move(place), seal, *scheme, document, std::move(log_id));
}

Result<VerifiedSignature> verify_document(const Intent& intent, SignedDocument document) {
    const Seal& seal = intent.permit().seal();
    const Digest& digest = intent.use().document.digest;
    if (intent.permit().request().format != SignatureFormat::raw)
        return VerifiedSignature::cms(std::move(document.value), digest, *seal.certificate);
    auto scheme = document_scheme(seal.algorithm);
    if (!scheme) return scheme.error();
    return VerifiedSignature::raw(std::move(document.value), digest, *scheme, *seal.certificate);
}

}  // namespace

asio::awaitable<std::vector<Result<SignedDocument>>> sign_documents(Token& token, TokenLine& line, KeyPlace place,
                                                                         std::vector<Intent> intents) {
    using Operation = decltype(asio::co_spawn(std::declval<asio::any_io_executor>(), sign_document(token, line, place, intents.front()), asio::deferred));
    const auto executor = co_await asio::this_coro::executor;
    std::vector<Result<SignedDocument>> signed_documents;
    for (std::size_t from = 0; from < intents.size(); from += documents_in_flight) {
        const std::size_t to = std::min(from + documents_in_flight, intents.size());
        std::vector<Operation> operations;
        for (std::size_t i = from; i < to; ++i)
            operations.push_back(asio::co_spawn(executor, sign_document(token, line, place, intents[i]), asio::deferred));
        auto group = asio::experimental::make_parallel_group(std::move(operations));
        auto [order, failures, results] = co_await group.async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
        for (std::size_t i = 0; i < results.size(); ++i) {
            if (failures[i]) std::rethrow_exception(failures[i]);
            signed_documents.push_back(std::move(results[i]));
        }
    }
    co_return signed_documents;
}

std::vector<std::optional<KeyPlace>> places_of(const std::vector<Result<SignedDocument>>& documents) {
    std::vector<std::optional<KeyPlace>> places;
    for (const auto& document : documents) places.push_back(document ? document->place : std::nullopt);
    return places;
}

std::vector<Result<VerifiedSignature>> verify_documents(const std::vector<Intent>& intents,
                                                        std::vector<Result<SignedDocument>> signed_documents) {
    std::vector<Result<VerifiedSignature>> verified;
    for (std::size_t i = 0; i < intents.size(); ++i) {
        if (signed_documents[i])
            verified.push_back(verify_document(intents[i], std::move(*signed_documents[i])));
        else
            verified.push_back(signed_documents[i].error());
    }
    return verified;
}

}  // namespace seald
