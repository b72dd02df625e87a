// The loop of the token process: frames in, work on its threads, frames out in whatever order they are done. One thread
// for all that is not signing, some that sign. A frame that does not decode, or the daemon's end of the socket closing,
// ends it.
#pragma once
#include "pkcs11/control.hpp"
#include "pkcs11/job_queue.hpp"

namespace seald {

class Worker {
  public:
    Worker(int socket, Control& control, SessionPool& pool) : socket_(socket), control_(control), pool_(pool) {}

    // Starts the threads and reads until the connection ends. The threads are not waited for, as they may be inside the
    // module for ever: the caller ends the process.
    void serve(unsigned signing_threads);

  private:
    using Request = token_protocol::Framed<token_protocol::Request>;
    struct SignJob {
        std::uint64_t id;
        token_protocol::SignRequest request;
    };

    bool read_frame(Bytes& frame);
    void dispatch(Request request);
    token_protocol::Reply answer(const token_protocol::Request& request);
    void send(std::uint64_t id, token_protocol::Reply reply);
    void control_loop();
    void signing_loop();

    const int socket_;
    Control& control_;
    SessionPool& pool_;
    std::mutex send_mutex_;
    JobQueue<Request> control_jobs_{64};
    JobQueue<SignJob> sign_jobs_{1024};
};

}  // namespace seald
