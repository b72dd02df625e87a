// Loads the configuration anew while the daemon runs: all of it or nothing. Every part looks at the new configuration first and
// may refuse it; then the change is recorded, then every part puts it in force, and only then is success reported.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <functional>
#include <vector>

#include "config/configuration.hpp"
#include "daemon/documents/disk_thread.hpp"
#include "daemon/model/caller.hpp"
#include "daemon/store/store.hpp"

namespace seald {

class Reload {
  public:
    using PutInForce = std::function<void()>;                                       // cannot fail
    using Part = std::function<Result<PutInForce>(const Configuration& loaded)>;  // looks, may refuse, changes nothing

    Reload(Configuration running, Store& store, const Clock& clock) : running_(std::move(running)), store_(store), clock_(clock) {}
    void add(Part part) { parts_.push_back(std::move(part)); }

    struct Done {
        std::string policy_sha256;
        std::size_t persons, seals;
    };
    boost::asio::awaitable<Result<Done>> by(Caller caller);
    boost::asio::awaitable<Result<Done>> by_signal();

  private:
    boost::asio::awaitable<Result<Done>> run(boost::json::object who);

    const Configuration running_;  // what a restart only can change is compared with it
    Store& store_;
    const Clock& clock_;
    std::vector<Part> parts_;
    bool under_way_ = false;
    DiskThread disk_;
};

}  // namespace seald
