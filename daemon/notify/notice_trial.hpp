// A test notice by every configured channel at once, to see whether they work before something depends on them. It is not put into
// the outbox and not tried again; that it was sent, by whom, and what came back is in the ledger.
#pragma once
#include <vector>

#include "daemon/model/caller.hpp"
#include "daemon/notify/channels.hpp"
#include "daemon/store/store.hpp"

namespace seald {

struct ChannelAnswer {
    std::string channel;
    bool delivered = false;
    std::string answer;  // what came back, in words
};

class NoticeTrial {
  public:
    NoticeTrial(Channels& channels, Store& store, const PolicyInForce& policies, const Clock& clock)
        : channels_(channels), store_(store), policies_(policies), clock_(clock) {}

    // In the order of the configuration. For administrators. None where no channel is configured.
    boost::asio::awaitable<Result<std::vector<ChannelAnswer>>> by(Caller caller, std::string request_id);

  private:
    boost::asio::awaitable<ChannelAnswer> try_one(std::string channel, NoticeMessage message);

    Channels& channels_;
    Store& store_;
    const PolicyInForce& policies_;
    const Clock& clock_;
};

}  // namespace seald
