// Delivers what is in the outbox, at least once by each channel: a notice is done when the channel said so, and until then it is
// tried again, ever more slowly, across restarts, until it is given up, which is said loudly. Channels do not wait for each other.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <set>

#include "daemon/notify/channels.hpp"
#include "daemon/store/notice_table.hpp"
#include "daemon/store/store.hpp"

namespace seald {

class Messenger {
  public:
    using Told = std::function<void(const std::string& channel, std::string_view outcome)>;  // "delivered" "failed" "given-up"
    Messenger(boost::asio::any_io_executor executor, Store& store, const PolicyInForce& policies, const Clock& clock, Channels& channels, Told told)
        : executor_(std::move(executor)), store_(store), policies_(policies), clock_(clock), channels_(channels), told_(std::move(told)) {}

    boost::asio::awaitable<Result<void>> deliver_due();  // begins to, by each channel that is idle; to be called again and again

  private:
    boost::asio::awaitable<Result<void>> deliver_by(std::string channel);
    boost::asio::awaitable<Result<bool>> try_one(std::string channel, tables::NoticeRow notice);  // was it delivered
    boost::asio::awaitable<Result<void>> end(std::string channel, std::uint64_t notice, tables::NoticeOutcome outcome);
    bool is_over(const tables::NoticeRow& notice) const;

    boost::asio::any_io_executor executor_;
    Store& store_;
    const PolicyInForce& policies_;
    const Clock& clock_;
    Channels& channels_;
    Told told_;
    std::shared_ptr<std::set<std::string>> busy_ = std::make_shared<std::set<std::string>>();  // with what is under way, which may outlive this
};

}  // namespace seald
