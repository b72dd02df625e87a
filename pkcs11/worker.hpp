// The loop of the token process: frames in, work on its threads, frames out in whatever order they are done. One thread
// for what the token is and whether it is unlocked, some for what is done with its keys. A frame that does not decode, or
// the daemon's end of the socket closing, ends it.
#pragma once
#include "pkcs11/job_queue.hpp"
#include "pkcs11/key_desk.hpp"
#include "pkcs11/watch.hpp"

namespace seald {

class Worker {
  public:
    Worker(int socket, Control& control, Watch& watch, KeyDesk& keys)
        : socket_(socket), control_(control), watch_(watch), keys_(keys) {}

    // Starts the threads and reads until the connection ends. The threads are not waited for, as they may be inside the
    // module for ever: the caller ends the process.
    void serve(unsigned key_threads);

  private:
    using Request = token_protocol::Framed<token_protocol::Request>;

    bool read_frame(Bytes& frame);
    void dispatch(Request request);
    std::optional<token_protocol::Reply> answer(const Request& request);
    void send(std::uint64_t id, token_protocol::Reply reply);
    void control_loop();
    void key_loop();

    const int socket_;
    Control& control_;
    Watch& watch_;
    KeyDesk& keys_;
    std::mutex send_mutex_;
    JobQueue<Request> control_jobs_{64};
    JobQueue<Request> key_jobs_{1024};
};

}  // namespace seald
