// The ways by which notices leave: the command and the webhooks of the policy in force, by name.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "daemon/documents/disk_thread.hpp"
#include "daemon/policy/policy_in_force.hpp"

namespace seald {

struct NoticeMessage {
    std::string id;    // the same at each attempt: what receivers drop doubles by
    std::string body;  // JSON
};

class Channels {
  public:
    Channels(const PolicyInForce& policies, const Clock& clock) : policies_(policies), clock_(clock) {}

    std::vector<std::string> names() const;
    // What came back, in words; unavailable where it was not taken.
    boost::asio::awaitable<Result<std::string>> send(std::string channel, NoticeMessage message);

  private:
    boost::asio::awaitable<Result<std::string>> run_command(std::string command, NoticeMessage message);
    boost::asio::awaitable<Result<std::string>> call(Webhook webhook, NoticeMessage message);

    const PolicyInForce& policies_;
    const Clock& clock_;
    DiskThread thread_;  // where the command is waited for
};

}  // namespace seald
