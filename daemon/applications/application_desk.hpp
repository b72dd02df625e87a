// Takes in applications, decisions and withdrawals, each with its ledger entry in one transaction, and shows where an
// application stands. Whether something is allowed is for daemon/policy to say.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <vector>

#include "daemon/policy/decide.hpp"
#include "daemon/store/store.hpp"

namespace seald {

struct NewApplication {
    SealName seal;
    std::string purpose, type;
    SignatureFormat format = SignatureFormat::cms;
    std::vector<Document> documents;
};

// An application as somebody sees it now.
struct ApplicationView {
    Application application;             // its state as it is now, expiry and uses counted in
    std::vector<bool> sealed;            // one per document
    std::vector<bool> stored;            // likewise: the applicant handed in its content
    std::optional<OpenStep> open_step;
    std::vector<std::string> who;        // could take the open step: "wang.fang (王芳)"
    bool may_decide = false;             // the viewer could
    seconds approval_ttl{0};
};

enum class ApplicationFilter { visible, mine, waiting_for_me };

class ApplicationDesk {
  public:
    ApplicationDesk(Store& store, const Policy& policy, const Clock& clock) : store_(store), policy_(policy), clock_(clock) {}

    boost::asio::awaitable<Result<ApplicationView>> submit(Caller caller, NewApplication wanted);
    boost::asio::awaitable<Result<ApplicationView>> decide(Caller caller, ApplicationNumber number, std::string approval_jws);
    boost::asio::awaitable<Result<ApplicationView>> withdraw(Caller caller, ApplicationNumber number, std::string reason);
    boost::asio::awaitable<Result<ApplicationView>> find(Caller caller, ApplicationNumber number);  // not_found also when not visible
    boost::asio::awaitable<Result<std::vector<ApplicationView>>> list(Caller caller, ApplicationFilter filter, unsigned limit);

  private:
    Store& store_;
    const Policy& policy_;
    const Clock& clock_;
};

}  // namespace seald
