// The daemon's one durable place: a SQLite database (WAL, synchronous=FULL) that holds the ledger and the state derived
// from it. One writer thread commits everything that is waiting in one transaction, signs one checkpoint per commit,
// and only then lets anybody go on. One reader thread answers from committed snapshots. What cannot be committed was
// not done.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "core/ledger_keys.hpp"
#include "daemon/store/checkpoint_copies.hpp"
#include "daemon/store/entry.hpp"
#include "daemon/store/sqlite.hpp"
#include "daemon/store/writer_statistics.hpp"

namespace seald {

// What a piece of work sees of the transaction it shares with others. Its own changes are undone when it fails. A work
// that carries on after one of these calls failed is failed with that call's error.
class Transaction {
  public:
    Database& database() { return database_; }
    // Appends to the ledger; the index is final once the commit is.
    Result<std::uint64_t> append(const Entry& entry);
    // Asks for the entry's receipt under this commit's checkpoint; they come back in the order asked.
    void want_receipt(std::uint64_t index);
    // The ledger's keys before this commit.
    const LedgerKeys& ledger_keys() const { return keys_; }
    // Whether another work of this commit changes the key already: there is one change in a commit.
    bool changes_ledger_key() const { return changes_key_; }
    // The old key and the next one both sign this commit's checkpoint, and the next one all later ones. `index`: of the entry
    // that says so.
    Result<void> change_ledger_key(NoteSigner next, std::uint64_t index);

  private:
    friend class Writer;
    friend class SchemaUpgrade;
    struct KeyChange {
        NoteSigner next;
        std::uint64_t index;
    };
    struct Wanted {
        std::uint64_t index;
        Bytes body;
    };
    Transaction(Database& database, std::uint64_t ledger_size, const LedgerKeys& keys, bool changes_key)
        : database_(database), next_index_(ledger_size), keys_(keys), changes_key_(changes_key) {}
    Error fail(Error error);
    Result<void> keep_beside(const Entry& entry);
    Database& database_;
    std::uint64_t next_index_;
    const LedgerKeys& keys_;
    bool changes_key_;
    std::optional<KeyChange> key_change_;
    std::vector<TreeHash> leaves_;
    std::vector<Wanted> wanted_;
    std::optional<Error> failure_;
};

template <class T>
struct Committed {
    T value;
    std::vector<TlogProof> receipts;
};
template <>
struct Committed<void> {
    std::vector<TlogProof> receipts;
};

// What becomes of a work while the disk is full. Space is kept for what must be recorded all the same: refusals, outcomes,
// stops.
enum class WhenFull { refuse, record };

// The rule of the one error after which the work was done all the same: when it was committed, its file was no longer where
// it belongs. What was committed is there again if the file is.
inline constexpr const char* out_of_sight_rule = "committed-out-of-sight";

// The io_context that callers' coroutines run on must outlive the Store.
class Store {
  public:
    // Makes an empty database; conflict where there is one already. The folder must be there.
    static Result<void> create(const std::filesystem::path& state_dir, const std::string& daemon_id);
    // Opens and checks it, upgrading a schema of an earlier version: that the ledger's tree matches its last checkpoint, that the checkpoint was
    // signed by this key, and that the ledger has grown from the checkpoints kept beside it and in `copies`. unavailable
    // when missing, verification_failed when it does not check out, conflict when another process has it open.
    static Result<std::unique_ptr<Store>> open(const std::filesystem::path& state_dir, NoteSigner ledger_key,
                                               std::vector<std::filesystem::path> copies = {});
    ~Store();  // commits what was handed in, then stops

    // `work` runs once, on the writer's thread, and outlives the caller if need be: it owns or shares what it uses.
    // too_many when too much is waiting already.
    template <class T>
    boost::asio::awaitable<Result<Committed<T>>> write(std::function<Result<T>(Transaction&)> work,
                                                       WhenFull when_full = WhenFull::refuse);
    // Likewise on the reader's thread; everything it reads is of one committed moment.
    template <class T>
    boost::asio::awaitable<Result<T>> read(std::function<Result<T>(Database&)> work);

    std::shared_ptr<const LedgerKeys> ledger_keys() const;  // as they are now
    WriterFigures figures() const;
    const std::vector<CheckpointCopy>& copies_at_opening() const;
    std::vector<CheckpointCopy> copies() const;  // as they are now

  private:
    struct Parts;
    explicit Store(std::unique_ptr<Parts> parts);
    using WriteWork = std::function<Result<void>(Transaction&)>;
    using ReadWork = std::function<Result<void>(Database&)>;
    boost::asio::awaitable<Result<std::vector<TlogProof>>> submit_write(WriteWork work, WhenFull when_full);
    boost::asio::awaitable<Result<void>> submit_read(ReadWork work);
    std::unique_ptr<Parts> parts_;
};

template <class T>
boost::asio::awaitable<Result<Committed<T>>> Store::write(std::function<Result<T>(Transaction&)> work, WhenFull when_full) {
    const auto outcome = std::make_shared<std::optional<Result<T>>>();
    WriteWork keep_outcome = [outcome, work = std::move(work)](Transaction& transaction) -> Result<void> {
        outcome->emplace(work(transaction));
        if (!**outcome) return (*outcome)->error();
        return {};
    };
    auto receipts = co_await submit_write(std::move(keep_outcome), when_full);
    if (!receipts) co_return receipts.error();
    Committed<T> committed = [&] {
        if constexpr (std::is_void_v<T>)
            return Committed<void>{std::move(*receipts)};
        else
            return Committed<T>{std::move(***outcome), std::move(*receipts)};
    }();
    co_return committed;
}

template <class T>
boost::asio::awaitable<Result<T>> Store::read(std::function<Result<T>(Database&)> work) {
    const auto outcome = std::make_shared<std::optional<Result<T>>>();
    ReadWork keep_outcome = [outcome, work = std::move(work)](Database& database) -> Result<void> {
        outcome->emplace(work(database));
        return {};
    };
    auto done = co_await submit_read(std::move(keep_outcome));
    if (!done) co_return done.error();
    co_return std::move(**outcome);
}

}  // namespace seald
