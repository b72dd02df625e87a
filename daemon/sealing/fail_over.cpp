#include "daemon/sealing/fail_over.hpp"

#include <boost/json/array.hpp>

#include "daemon/ledger/record.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

using SignedDocuments = std::vector<Result<SignedDocument>>;

std::vector<std::size_t> unavailable_ones(const SignedDocuments& documents) {
    std::vector<std::size_t> which;
    for (std::size_t i = 0; i < documents.size(); ++i)
        if (!documents[i] && documents[i].error().code == ErrorCode::unavailable) which.push_back(i);
    return which;
}

std::optional<KeyPlace> next_place(Tokens& tokens, const Seal& seal, const KeyPlace& failed, std::uint64_t signatures) {
    for (const auto& place : seal.places())
        if (place.token != failed.token && tokens.find_ready(place.token, signatures)) return place;
    return std::nullopt;
}

Entry fail_over_entry(const KeyPlace& from, const KeyPlace& to, const std::vector<Intent>& intents, const Error& why,
                      Timestamp now) {
    json::array indices;
    for (const auto& intent : intents) indices.push_back(intent.index());
    const json::object fields{{"seal", intents.front().permit().seal().name.str()},
                              {"token", to.token.str()},
                              {"token_serial", to.token_serial},
                              {"instead_of", from.token.str()},
                              {"intents", std::move(indices)},
                              {"reason", why.message}};
    return Entry::make("fail-over", now, fields);
}

}  // namespace

Result<KeyPlace> find_ready_place(Tokens& tokens, const Seal& seal, std::uint64_t signatures) {
    std::optional<Error> first;
    std::string others;
    for (const auto& place : seal.places()) {
        auto ready = tokens.find_ready(place.token, signatures);
        if (ready) return place;
        if (first) others += "; " + ready.error().message;
        if (!first) first = ready.error();
    }
    first->message += others;
    return *first;
}

asio::awaitable<SignedDocuments> sign_with_fail_over(Store& store, Tokens& tokens, KeyPlace place,
                                                     std::vector<Intent> intents, const Clock& clock) {
    auto token = tokens.find(place.token);
    if (!token) co_return SignedDocuments(intents.size(), token.error());
    auto documents = co_await sign_documents(**token, tokens.line(place.token), place, intents);
    const auto failed = unavailable_ones(documents);
    if (failed.empty()) co_return documents;
    const auto other = next_place(tokens, intents.front().permit().seal(), place, failed.size());
    if (!other) co_return documents;
    const auto room = tokens.line(other->token).make_room(intents.front().permit().caller().id(), failed.size());
    if (!room) co_return documents;

    std::vector<Intent> left;
    for (const auto i : failed) left.push_back(intents[i]);
    auto entry = fail_over_entry(place, *other, left, documents[failed.front()].error(), clock.now());
    if (auto recorded = co_await record_entry(store, std::move(entry), WhenFull::record); !recorded) co_return documents;
    auto second = tokens.find(other->token);
    auto again = co_await sign_documents(**second, tokens.line(other->token), *other, left);
    for (std::size_t i = 0; i < failed.size(); ++i) documents[failed[i]] = std::move(again[i]);
    co_return documents;
}

}  // namespace seald
