#include "daemon/store/writer.hpp"

#include "daemon/store/ledger_growth.hpp"
#include "daemon/store/ledger_reader.hpp"

namespace seald {
namespace {

constexpr std::size_t max_waiting = 10'000;

// Whatever kept a batch from being committed, to its callers the ledger was not available.
Error not_committed(const Error& cause) {
    if (cause.code == ErrorCode::unavailable) return cause;
    return unavailable("the ledger could not be written: nothing was done", true, cause.message + " " + cause.detail);
}

}  // namespace

// What came of one work, before the commit.
struct Writer::Ran {
    std::vector<Transaction::Wanted> wanted;
    std::optional<Error> error;
};

Writer::Writer(std::unique_ptr<Database> database, TileTree tree, LedgerSigning signing, FileWatch watch, CheckpointKeeper& keeper)
    : database_(std::move(database)),
      tree_(std::move(tree)),
      signing_(std::move(signing)),
      watch_(std::move(watch)),
      reserve_(database_->file().parent_path()),
      keeper_(keeper),
      queue_(max_waiting),
      thread_([this] { run(); }) {}

Writer::~Writer() {
    queue_.close();
    thread_.join();
}

void Writer::submit(Job job) {
    if (auto refused = queue_.push(std::move(job)))
        refused->done(Error{
            .code = ErrorCode::too_many, .message = "too much is waiting to be recorded: try again", .retry = true});
}

void Writer::run() {
    for (auto jobs = queue_.take_all(); !jobs.empty(); jobs = queue_.take_all()) {
        Batch batch;
        for (const auto& job : jobs) batch.push_back(&job);
        auto answers = do_all(batch);
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            statistics_->note_write(std::chrono::steady_clock::now() - jobs[i].handed_in);
            jobs[i].done(std::move(answers[i]));
        }
    }
}

std::vector<Writer::Answer> Writer::do_all(const Batch& jobs) {
    if (!reserve_.held()) {
        if (auto taken = reserve_.take_back(); !taken) return do_what_must_be_recorded(jobs, taken.error());
        statistics_->note_room();
    }
    auto answers = do_batch(jobs);
    if (answers) return std::move(*answers);
    if (answers.error().rule != disk_full_rule || !reserve_.held()) return std::vector<Answer>(jobs.size(), answers.error());
    reserve_.give_up();
    return do_what_must_be_recorded(jobs, answers.error());
}

std::vector<Writer::Answer> Writer::do_what_must_be_recorded(const Batch& jobs, const Error& why) {
    if (why.rule == disk_full_rule) statistics_->note_full();
    Batch must;
    for (const auto* job : jobs)
        if (job->when_full == WhenFull::record) must.push_back(job);
    auto done = must.empty() ? Result<std::vector<Answer>>(std::vector<Answer>()) : do_batch(must);
    std::vector<Answer> answers(jobs.size(), done ? why : done.error());
    if (!done) return answers;
    if (why.rule != disk_full_rule) statistics_->note_failure(why.message);
    for (std::size_t i = 0, next = 0; i < jobs.size(); ++i)
        if (jobs[i]->when_full == WhenFull::record) answers[i] = std::move((*done)[next++]);
    return answers;
}

// An error when nothing of the batch was done.
Result<std::vector<Writer::Answer>> Writer::do_batch(const Batch& jobs) {
    auto before = tree_.edge();
    try {
        auto answers = commit(jobs);
        if (answers) return answers;
        return undo_batch(std::move(before), answers.error());
    } catch (const std::exception& thrown) {
        return undo_batch(std::move(before), internal_error(thrown.what()));
    }
}

Error Writer::undo_batch(TileTree::Edge before, const Error& cause) {
    tree_.restore(std::move(before));
    statistics_->note_failure(cause.message);
    // SQLite rolls back by itself after some errors; if this fails too, the next BEGIN will.
    if (database_->in_transaction()) static_cast<void>(database_->change("ROLLBACK"));
    return not_committed(cause);
}

Result<std::vector<Writer::Answer>> Writer::commit(const Batch& jobs) {
    const auto began = std::chrono::steady_clock::now();
    if (auto begun = database_->change("BEGIN IMMEDIATE"); !begun) return begun.error();
    leaves_.clear();
    key_change_.reset();
    std::vector<Ran> all;
    for (const auto* job : jobs) {
        auto ran = run_one(*job);
        if (!ran) return ran.error();
        if (ran->error && ran->error->rule == disk_full_rule) return *ran->error;
        all.push_back(std::move(*ran));
    }
    auto note = grow_tree(leaves_);
    if (!note) return note.error();

    std::vector<Answer> answers;
    for (auto& ran : all) {
        answers.push_back(ran.error ? Answer(*ran.error) : prove(std::move(ran.wanted), *note));
        if (!ran.error && !answers.back()) return answers.back().error();
    }
    // What is committed into a file that no path leads to is lost: looked at as late as can be before, and once more after.
    if (auto same = watch_.check(); !same) return same.error();
    if (auto committed = database_->change("COMMIT"); !committed) return committed.error();
    if (key_change_) signing_.put_in_force(std::move(key_change_->next), std::move(*key_change_proof_));
    if (auto same = watch_.check(); !same) {
        statistics_->note_failure(same.error().message);
        Error out_of_sight = same.error();
        out_of_sight.rule = out_of_sight_rule;
        return std::vector<Answer>(jobs.size(), out_of_sight);
    }
    statistics_->note_commit(leaves_.size(), std::chrono::steady_clock::now() - began);
    if (!leaves_.empty()) keeper_.keep(tree_.size(), std::move(*note));
    return answers;
}

// Each work has a savepoint, so that one that fails takes back its own changes and nobody else's.
Result<Writer::Ran> Writer::run_one(const Job& job) {
    if (auto opened = database_->change("SAVEPOINT work"); !opened) return opened.error();
    const auto keys = signing_.keys();
    Transaction transaction(*database_, tree_.size() + leaves_.size(), *keys, key_change_.has_value());
    auto ran = run_work(job, transaction);
    if (!database_->in_transaction())
        return ran ? internal_error("a work ended the transaction it shares") : ran.error();
    if (!ran)
        if (auto undone = database_->change("ROLLBACK TO work"); !undone) return undone.error();
    if (auto closed = database_->change("RELEASE work"); !closed) return closed.error();
    if (!ran) return Ran{.wanted = {}, .error = ran.error()};
    if (transaction.key_change_) key_change_ = std::move(transaction.key_change_);
    leaves_.insert(leaves_.end(), transaction.leaves_.begin(), transaction.leaves_.end());
    return Ran{.wanted = std::move(transaction.wanted_), .error = std::nullopt};
}

Result<void> Writer::run_work(const Job& job, Transaction& transaction) try {
    auto ran = job.work(transaction);
    if (transaction.failure_) return *transaction.failure_;
    return ran;
} catch (const std::exception& thrown) {
    return internal_error(std::string("a write failed: ") + thrown.what());
}

// Appends the batch's leaves and signs the checkpoint over all; without leaves the latest one still holds.
Result<std::string> Writer::grow_tree(const std::vector<TreeHash>& leaves) {
    if (leaves.empty()) return latest_note();
    auto note = grow_ledger(*database_, tree_, signing_.in_force(), leaves, key_change_ ? &key_change_->next : nullptr);
    if (note && key_change_)
        if (auto recorded = record_key_change(*note); !recorded) return recorded.error();
    return note;
}

// By the receipt of its entry, which is verified here as anybody else would.
Result<void> Writer::record_key_change(const std::string& note) {
    const auto entry = find_entry(*database_, key_change_->index);
    if (!entry) return entry.error();
    const auto body = as_bytes(entry->entry.body);
    auto proofs = prove({{.index = key_change_->index, .body = Bytes(body.begin(), body.end())}}, note);
    if (!proofs) return proofs.error();
    auto change = LedgerKeyChange::open(proofs->front().encode());
    if (!change) return internal_error("a change of the ledger's key does not prove: " + change.error().message);
    auto inserted = database_->change("INSERT INTO ledger_key_change (size, receipt) VALUES (?, ?)", tree_.size(), change->receipt);
    if (!inserted) return inserted.error();
    key_change_proof_ = std::move(*change);
    return {};
}

Result<std::string> Writer::latest_note() {
    if (tree_.size() == 0) return std::string();
    auto checkpoint = latest_checkpoint(*database_);
    if (!checkpoint) return checkpoint.error();
    return std::move(checkpoint->note);
}

Result<std::vector<TlogProof>> Writer::prove(std::vector<Transaction::Wanted> wanted, const std::string& checkpoint) {
    std::vector<TlogProof> proofs;
    for (auto& each : wanted) {
        auto path = tree_.inclusion_proof(each.index);
        if (!path) return path.error();
        proofs.push_back(
            {.index = each.index, .path = std::move(*path), .checkpoint = checkpoint, .extra = std::move(each.body)});
    }
    return proofs;
}

}  // namespace seald
