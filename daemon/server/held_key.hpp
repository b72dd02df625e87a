// The TLS server's private key where seald does not have it: somebody who has it is asked for each signature. OpenSSL waits for
// the answer in the middle of a handshake, so such handshakes happen on threads of their own, and a slow token delays only
// other handshakes.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/keys.hpp"

namespace seald {

class HeldKey {
  public:
    using Answer = std::function<void(Result<Bytes>)>;
    // Called on a handshake's thread with whose signature (by its public half) over what is wanted: ECDSA, as DER. It hands over to
    // where the holder is spoken to, does not wait, and does not throw.
    using Ask = std::function<void(PublicKey key, Digest digest, Answer answer)>;

    HeldKey();
    ~HeldKey();  // when no handshake is under way
    HeldKey(const HeldKey&) = delete;
    HeldKey& operator=(const HeldKey&) = delete;

    void answer_with(Ask ask);  // nothing is signed before
    void give_up();             // nothing is signed any more, and whoever waits need not

    boost::asio::any_io_executor handshakes() { return threads_.get_executor(); }
    // On one of these threads: waits for the answer, ten seconds at most.
    Result<Bytes> sign(const PublicKey& key, const Digest& digest);
    // Why the last signature was not to be had; empty once one was.
    std::string why_not() const;

    // What OpenSSL takes for the private half. unacceptable: not an EC key. It keeps `holder`.
    static Result<EvpKey> private_half(const PublicKey& key, std::shared_ptr<HeldKey> holder);

  private:
    struct Question {
        std::optional<Result<Bytes>> answer;
    };
    Result<Bytes> ask_and_wait(const PublicKey& key, const Digest& digest);

    mutable std::mutex mutex_;  // over ask_, why_not_ and the answers
    Ask ask_;
    std::condition_variable answered_;
    std::string why_not_;
    boost::asio::thread_pool threads_;
};

}  // namespace seald
