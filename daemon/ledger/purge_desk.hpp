// Purging old entries of the ledger: an administrator's act, which says first what it would remove, never touches what the
// configured years still keep, and is an entry itself. Many are removed in portions, each with its own entry: seals are made
// in between, and a disk that is nearly full need not hold all that goes once more.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "daemon/model/caller.hpp"
#include "daemon/store/ledger_purge.hpp"
#include "daemon/store/store.hpp"

namespace seald {

struct PurgeWish {
    Timestamp before;
    std::uint64_t end = 0;  // as the dry run said it: nothing else is removed than what was agreed to
    std::string reason;
    std::string export_root;           // of the verified export that holds the entries, by the administrator's word; may be empty
    std::uint64_t export_size = 0;
};

struct Purged {
    PurgePlan plan;
    PurgeCounts counts;
    std::uint64_t index = 0;  // of the last entry that says so, which is for all of them
};

class PurgeDesk {
  public:
    static constexpr std::uint64_t portion = 32'768;  // entries, whole bundles of them; a part of a second

    PurgeDesk(Store& store, unsigned keep_years, const Clock& clock, std::uint64_t most_at_once = portion)
        : store_(store), keep_years_(keep_years), clock_(clock), most_at_once_(most_at_once) {}
    boost::asio::awaitable<Result<PurgePlan>> look(Caller caller, Timestamp before);
    boost::asio::awaitable<Result<Purged>> purge(Caller caller, PurgeWish wish);

  private:
    Result<void> check(const Caller& caller, Timestamp before) const;
    Store& store_;
    unsigned keep_years_;
    const Clock& clock_;
    std::uint64_t most_at_once_;
};

// The latest day whose entries are old enough: `years` calendar years before. refusal kept-years after it. Pure.
Result<void> check_kept_years(Timestamp before, Timestamp now, unsigned years);

}  // namespace seald
