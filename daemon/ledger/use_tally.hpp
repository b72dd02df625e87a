// How often a key has signed since its device's count was read, as the ledger tells it: at least so often, and at most. The two
// are the same where nothing was under way at either end and nothing failed in between.
//
// An intent is recorded before the device is asked, and an outcome after it answered. So what was ended before the count was
// read is in it; what was begun after that is not; and of the rest nobody knows.
#pragma once
#include <boost/json/object.hpp>
#include <set>

#include "core/encoding.hpp"
#include "core/names.hpp"
#include "daemon/store/ledger_reader.hpp"

namespace seald {

struct CountedKey {
    SealName seal;
    unsigned version = 0;
    TokenName token;
    Bytes key_id = {};
};

// The ledger's sizes when the device was asked for its count, and when it had answered.
struct ReadBetween {
    std::uint64_t asked = 0, answered = 0;
    friend bool operator==(const ReadBetween&, const ReadBetween&) = default;
};

class UseTally {
  public:
    UseTally(CountedKey key, ReadBetween since) : key_(std::move(key)), since_(since) {}

    // entries_to_tally in their order, from the oldest use on that was under way when the count was read. malformed: an entry that
    // is no JSON.
    Result<void> add(const StoredEntry& entry);
    // Likewise of those that came while the device is asked again: what they begin may be counted, and what they end too.
    Result<void> add_meanwhile(const StoredEntry& entry);

    std::uint64_t at_least() const { return sure_; }
    std::uint64_t at_most() const { return sure_ + maybe_ + open_.size(); }

  private:
    bool is_of_this_key(const boost::json::object& fields) const;
    void begin(const StoredEntry& entry, const boost::json::object& fields);
    void end(const StoredEntry& entry, const boost::json::object& fields);

    CountedKey key_;
    ReadBetween since_;
    std::set<std::uint64_t> open_;        // intents
    std::set<std::uint64_t> tried_here_;  // intents that another token was asked to carry out after this one failed
    std::uint64_t sure_ = 0, maybe_ = 0;
};

// Of the entries from `from` to `to`, not included, those that may say something of one of the seal's keys.
Result<std::vector<StoredEntry>> entries_to_tally(Database& database, const SealName& seal, std::uint64_t from, std::uint64_t to);
// Where they begin: the oldest intent of the seal that is not ended, or a use of its key outside
// of sealing that may be under way; `size` if there is none.
Result<std::uint64_t> oldest_under_way(Database& database, const SealName& seal, std::uint64_t size, Timestamp now);

}  // namespace seald
