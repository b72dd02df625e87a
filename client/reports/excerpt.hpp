// What reports are made from: entries of the ledger, and what the daemon says of its seals and tokens today.
#pragma once
#include <boost/json/array.hpp>
#include <map>
#include <string>
#include <vector>

#include "client/api_client.hpp"
#include "client/reports/document.hpp"
#include "client/reports/period.hpp"

namespace seald::reports {

struct Entry {
    std::uint64_t index = 0;
    Timestamp time;
    boost::json::value fields;
    std::string text(std::string_view path) const;  // "caller.id"; empty if there is none
    bool is(std::string_view kind) const { return text("kind") == kind; }
};
using Entries = std::vector<Entry>;

// All entries that the filters find: "&kind=intent&since=…".
Result<Entries> read_entries(const ApiClient& api, const std::string& filters);
// Approvals that were too long for their entry are fetched and put into it.
Result<void> put_back_approvals(const ApiClient& api, Entries& entries);
std::string since_until(const Period& period);

// How often each key was counted, the most frequent first.
class Tally {
  public:
    void add(const std::string& key) { ++counts_[key]; }
    std::vector<std::pair<std::string, std::uint64_t>> by_frequency() const;
    Bars bars(std::string unit) const;

  private:
    std::map<std::string, std::uint64_t> counts_;
};

}  // namespace seald::reports
