// What is done with the keys of an unlocked token.
#include <boost/asio/as_tuple.hpp>

#include "daemon/tokens/token_asking.hpp"

namespace seald {

namespace asio = boost::asio;
using namespace token_protocol;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds generate_deadline = 180s;  // RSA-4096 on a card

bool says_pin_is_wrong(const FailureReply& failure) {
    return failure.pin_sent && (failure.failure == Failure::pin_incorrect || failure.failure == Failure::pin_locked);
}

}  // namespace

asio::awaitable<Result<PinKey>> Token::pin_key() {
    const auto self = shared_from_this();
    co_await wait_for_process();
    PinKeyRequest request;
    co_return co_await ask<PinKey>(control_turn_, request, control_deadline);
}

asio::awaitable<Result<KeyList>> Token::list_keys() {
    const auto self = shared_from_this();
    ListKeysRequest request;
    co_return co_await ask<KeyList>(key_turn_, request, control_deadline);
}

asio::awaitable<Result<GeneratedKey>> Token::generate(GenerateRequest request) {
    const auto self = shared_from_this();
    if (request.label.size() > max_label_bytes || request.key_id.empty() || request.key_id.size() > max_key_id_bytes)
        co_return unacceptable("a key on a token has a label of at most 255 bytes and an id of 1 to 255 bytes");
    co_return co_await ask_long<GeneratedKey>(std::move(request), generate_deadline);
}

asio::awaitable<Result<WrappingKey>> Token::make_wrapping_key() {
    const auto self = shared_from_this();
    WrappingKeyRequest request;
    co_return co_await ask_long<WrappingKey>(request, generate_deadline);
}

asio::awaitable<Result<WrappedKey>> Token::wrap(WrapRequest request) {
    const auto self = shared_from_this();
    co_return co_await ask<WrappedKey>(key_turn_, std::move(request), control_deadline);
}

asio::awaitable<Result<GeneratedKey>> Token::unwrap(UnwrapRequest request) {
    const auto self = shared_from_this();
    co_return co_await ask<GeneratedKey>(key_turn_, std::move(request), control_deadline);
}

asio::awaitable<Result<std::uint64_t>> Token::count_signatures(Bytes key_id) {
    const auto self = shared_from_this();
    if (!settings_.signature_counter)
        co_return conflict("signature-counter", "token " + name().str() + " is not said to count signatures: see signature_counter in the configuration");
    CountRequest request{std::move(key_id), *settings_.signature_counter};
    auto counted = co_await ask<SignatureCount>(key_turn_, std::move(request), control_deadline);
    if (!counted) co_return counted.error();
    co_return counted->count;
}

asio::awaitable<Result<KeyGone>> Token::destroy(DestroyRequest request) {
    const auto self = shared_from_this();
    co_return co_await ask<KeyGone>(key_turn_, std::move(request), control_deadline);
}

asio::awaitable<Result<TokenProfile>> Token::probe(ProbeRequest request) {
    const auto self = shared_from_this();
    const std::chrono::milliseconds deadline = generate_deadline + std::chrono::seconds(5 * request.seconds);
    co_return co_await ask_long<TokenProfile>(std::move(request), deadline);
}

asio::awaitable<Result<Signature>> Token::sign(SignRequest request) {
    const auto self = shared_from_this();
    if (request.key_id.size() > max_key_id_bytes) co_return unacceptable("a key's id has at most 255 bytes");
    if (auto ready = check_ready(); !ready) co_return ready.error();
    if (lease_) lease_->use();
    ++in_flight_;
    const auto absences = absences_;
    auto signature = co_await sign_now(std::move(request));
    --in_flight_;
    lock_if_used_up();
    if (signature || signature.error().code != ErrorCode::unavailable) co_return signature;
    // A token that is pulled out fails in many ways; what people need to hear is that it is not there.
    co_await look_after_failure(absences);
    if (absences_ == absences) co_return signature;
    const std::string why = info_.present ? "it was pulled out meanwhile" : info_.why_absent;
    co_return token_is_absent(name(), identity(), signature.error().detail + "; " + why);
}

asio::awaitable<Result<Signature>> Token::sign_now(SignRequest request) {
    const auto process = process_;
    // A token that is making a key may do nothing else meanwhile: that is no reason to end its process.
    const auto deadline = long_verbs_ > 0 ? generate_deadline : settings_.sign_timeout;
    auto reply = co_await process->request(std::move(request), deadline);
    if (const auto* failure = reply ? std::get_if<FailureReply>(&*reply) : nullptr; failure != nullptr && says_pin_is_wrong(*failure))
        co_return pin_was_changed(*failure);
    auto signature = expect_reply<Signature>(std::move(reply));
    if (signature && !signature->renewed.empty())
        observe(TokenEvent::session_renewed, "token " + name().str() + ": a session was replaced after " + signature->renewed);
    co_return signature;
}

// A key that wants its PIN each time, and a token that does not take that PIN any more: it is not sent again by itself.
Error Token::pin_was_changed(const FailureReply& failure) {
    unattended_failed_ = true;
    observe(TokenEvent::pin_refused, "the PIN of token " + name().str() + " is not the one any more that it was unlocked with: " + failure.words);
    return token_is_locked(name(), failure.call + ": " + failure.ckr);
}

// Readers show a token for half a second after it was pulled out, on a busy machine for longer. Where the token only
// fails, this is also the pause before the next try.
asio::awaitable<void> Token::look_after_failure(unsigned absences) {
    co_await refresh();
    for (int looks = 0; looks < 3 && process_ && absences_ == absences; ++looks) {
        asio::steady_timer pause(executor_, 500ms);
        co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
        co_await refresh();
    }
}

}  // namespace seald
