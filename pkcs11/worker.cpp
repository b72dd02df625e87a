#include "pkcs11/worker.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <thread>

#include "pkcs11/signing.hpp"

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
    return {Failure::token_failed, "too many requests are waiting for the token: try again", "", ""};
}

// A bug of ours or lost memory must not leave a request without an answer.
template <class Work>
Reply guarded(Work work) {
    try {
        return work();
    } catch (const std::exception& e) {
        return FailureReply{Failure::token_failed, "the token process failed inside", "", e.what()};
    }
}

}  // namespace

void Worker::serve(unsigned signing_threads) {
    std::thread([this] { control_loop(); }).detach();
    for (unsigned i = 0; i < signing_threads; ++i) std::thread([this] { signing_loop(); }).detach();
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
    bool accepted = false;
    if (auto* signing = std::get_if<SignRequest>(&request.message)) {
        accepted = sign_jobs_.push({id, std::move(*signing)});
    } else {
        accepted = control_jobs_.push(std::move(request));
    }
    if (!accepted) send(id, busy());
}

void Worker::control_loop() {
    for (;;) {
        const auto request = control_jobs_.pop();
        send(request.id, guarded([&] { return answer(request.message); }));
    }
}

void Worker::signing_loop() {
    for (;;) {
        const auto job = sign_jobs_.pop();
        send(job.id, guarded([&] { return to_reply_message(sign(pool_, job.request)); }));
    }
}

Reply Worker::answer(const token_protocol::Request& request) {
    struct Visitor {
        Control& control;
        Reply operator()(const HelloRequest&) { return to_reply_message(control.hello()); }
        Reply operator()(const PinKeyRequest&) { return to_reply_message(control.pin_key()); }
        Reply operator()(const UnlockRequest& r) { return to_reply_message(control.unlock(r)); }
        Reply operator()(const LockRequest&) { return to_reply_message(control.lock()); }
        Reply operator()(const ListKeysRequest&) { return to_reply_message(control.list_keys()); }
        Reply operator()(const GenerateRequest& r) { return to_reply_message(control.generate(r)); }
        Reply operator()(const SignRequest&) {
            return FailureReply{Failure::bad_request, "sign has its own threads", "", ""};
        }
    };
    return std::visit(Visitor{control_}, request);
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
