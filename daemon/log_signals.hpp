// How much the log says: what is configured, and, while somebody looks for a fault, more (SIGUSR1), until SIGUSR2.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "daemon/log/log.hpp"

namespace seald {

class LogLevelInForce {
  public:
    explicit LogLevelInForce(LogLevel configured) : configured_(configured) {}
    void configure(LogLevel level) { set_log_level(configured_ = level); }
    boost::asio::awaitable<void> heed_signals();  // for ever

  private:
    LogLevel configured_;
};

}  // namespace seald
