// The one thread that changes the database. It takes everything that is waiting, does it in one transaction, signs one
// checkpoint, commits, and only then answers. If the commit fails, nothing of it was done and every answer says so. While
// the disk is full, only what must be recorded is done, in space that was kept for it.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "daemon/store/checkpoint_copies.hpp"
#include "daemon/store/completion.hpp"
#include "daemon/store/ledger_signing.hpp"
#include "daemon/store/space_reserve.hpp"
#include "daemon/store/state_files.hpp"
#include "daemon/store/store.hpp"
#include "daemon/store/tile_tree.hpp"
#include "daemon/store/work_queue.hpp"
#include "daemon/store/writer_statistics.hpp"

namespace seald {

class Writer {
  public:
    using Answer = Result<std::vector<TlogProof>>;
    struct Job {
        std::function<Result<void>(Transaction&)> work;
        WhenFull when_full;
        Completion<Answer> done;
        std::chrono::steady_clock::time_point handed_in = std::chrono::steady_clock::now();
    };

    Writer(std::unique_ptr<Database> database, TileTree tree, LedgerSigning signing, FileWatch watch,
           CheckpointKeeper& keeper);
    ~Writer();  // does what was handed in, then stops

    void submit(Job job);  // too_many at once when the queue is full
    WriterFigures figures() const { return statistics_->figures(); }
    std::shared_ptr<const LedgerKeys> ledger_keys() const { return signing_.keys(); }

  private:
    struct Ran;
    using Batch = std::vector<const Job*>;
    void run();
    std::vector<Answer> do_all(const Batch& jobs);
    std::vector<Answer> do_what_must_be_recorded(const Batch& jobs, const Error& why);
    Result<std::vector<Answer>> do_batch(const Batch& jobs);
    Result<std::vector<Answer>> commit(const Batch& jobs);
    Result<Ran> run_one(const Job& job);
    Result<void> run_work(const Job& job, Transaction& transaction);
    Result<std::string> grow_tree(const std::vector<TreeHash>& leaves);
    Result<std::vector<TlogProof>> prove(std::vector<Transaction::Wanted> wanted, const std::string& checkpoint);
    Result<void> record_key_change(const std::string& note);
    Result<std::string> latest_note();
    Error undo_batch(TileTree::Edge before, const Error& cause);

    std::unique_ptr<Database> database_;
    TileTree tree_;
    LedgerSigning signing_;
    FileWatch watch_;
    SpaceReserve reserve_;
    CheckpointKeeper& keeper_;
    std::vector<TreeHash> leaves_;                         // of the batch under way
    std::optional<Transaction::KeyChange> key_change_;     // likewise
    std::optional<LedgerKeyChange> key_change_proof_;      // likewise
    std::unique_ptr<WriterStatistics> statistics_ = std::make_unique<WriterStatistics>();
    WorkQueue<Job> queue_;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace seald
