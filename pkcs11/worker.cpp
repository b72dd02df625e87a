#include "pkcs11/worker.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <thread>

namespace seald {

using namespace token_protocol;

namespace {

// False when the connection ended.
bool read_exactly(int socket, std::span<std::uint8_t> target) {
    while (!target.empty()) {
        const auto got = ::recv(socket, target.data(), target.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        target = target.subspan(static_cast<std::size_t>(got));
    }
    return true;
}

template <class T>
Reply to_reply_message(Outcome<T> outcome) {
    if (!outcome) return to_reply(outcome.error());
    return std::move(*outcome);
}

FailureReply busy() {
    return to_reply(refused(Failure::token_failed, "too many requests are waiting for the token: try again"));
}

// A bug of ours or lost memory must not leave a request without an answer.
template <class Answer, class Work>
Answer guarded(Work work) {
    try {
        return work();
    } catch (const std::exception& e) {
        FailureReply failure;
        failure.words = "the token process failed inside";
        failure.ckr = std::string(e.what()).substr(0, max_label_bytes);
        return failure;
    }
}

bool is_about_keys(const token_protocol::Request& request) {
    return !std::holds_alternative<HelloRequest>(request) && !std::holds_alternative<WatchRequest>(request) &&
           !std::holds_alternative<PinKeyRequest>(request) && !std::holds_alternative<UnlockRequest>(request) &&
           !std::holds_alternative<LockRequest>(request);
}

}  // namespace

void Worker::serve(unsigned key_threads) {
    std::thread([this] { control_loop(); }).detach();
    for (unsigned i = 0; i < key_threads; ++i) std::thread([this] { key_loop(); }).detach();
    Bytes frame;
    while (read_frame(frame)) {
        auto request = decode_request(frame);
        if (!request) return;
        dispatch(std::move(*request));
    }
}

bool Worker::read_frame(Bytes& frame) {
    std::array<std::uint8_t, header_bytes> header{};
    if (!read_exactly(socket_, header)) return false;
    const auto length = decode_length(header);
    if (!length) return false;
    frame.resize(*length);
    return read_exactly(socket_, frame);
}

void Worker::dispatch(Request request) {
    const auto id = request.id;
    auto& jobs = is_about_keys(request.message) ? key_jobs_ : control_jobs_;
    if (!jobs.push(std::move(request))) send(id, busy());
}

void Worker::control_loop() {
    for (;;) {
        if (const auto request = control_jobs_.pop_within(Watch::tick)) {
            auto reply = guarded<std::optional<Reply>>([&] { return answer(*request); });
            if (reply) send(request->id, std::move(*reply));
        }
        if (auto news = watch_.next_answer(Watch::Clock::now())) send(news->request, std::move(news->info));
    }
}

void Worker::key_loop() {
    for (;;) {
        const auto request = key_jobs_.pop();
        send(request.id, guarded<Reply>([&] { return keys_.answer(request.message); }));
    }
}

std::optional<Reply> Worker::answer(const Request& request) {
    Reply reply = busy();
    const auto& message = request.message;
    if (std::holds_alternative<WatchRequest>(message)) {
        watch_.begin(request.id);
        return std::nullopt;  // in its own time
    }
    if (std::holds_alternative<HelloRequest>(message)) reply = control_.hello();
    if (std::holds_alternative<PinKeyRequest>(message)) reply = to_reply_message(control_.pin_key());
    if (const auto* unlock = std::get_if<UnlockRequest>(&message)) reply = to_reply_message(control_.unlock(*unlock));
    if (std::holds_alternative<LockRequest>(message)) reply = to_reply_message(control_.lock());
    if (const auto* info = std::get_if<TokenInfo>(&reply)) watch_.told(*info);
    return reply;
}

void Worker::send(std::uint64_t id, Reply reply) {
    const auto frame = encode(Framed<Reply>{id, std::move(reply)});
    BytesView rest(frame);
    const std::scoped_lock lock(send_mutex_);
    while (!rest.empty()) {
        const auto sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return;  // the daemon is gone; the reading thread notices too and ends the process
        rest = rest.subspan(static_cast<std::size_t>(sent));
    }
}

}  // namespace seald
