#include "daemon/store/reader.hpp"

namespace seald {
namespace {

constexpr std::size_t max_waiting = 10'000;

}  // namespace

Reader::Reader(std::unique_ptr<Database> database)
    : database_(std::move(database)), queue_(max_waiting), thread_([this] { run(); }) {}

Reader::~Reader() {
    queue_.close();
    thread_.join();
}

void Reader::submit(Job job) {
    if (auto refused = queue_.push(std::move(job)))
        refused->done(
            Error{.code = ErrorCode::too_many, .message = "too many questions are waiting: try again", .retry = true});
}

void Reader::run() {
    for (auto jobs = queue_.take_all(); !jobs.empty(); jobs = queue_.take_all())
        for (auto& job : jobs) job.done(answer(job));
}

Result<void> Reader::answer(const Job& job) {
    if (auto begun = database_->change("BEGIN"); !begun) return begun.error();
    Result<void> answered;
    try {
        answered = job.work(*database_);
    } catch (const std::exception& thrown) {
        answered = internal_error(std::string("a read failed: ") + thrown.what());
    }
    // A snapshot that stayed open would keep the write-ahead log from shrinking.
    if (auto ended = database_->change("ROLLBACK"); !ended && answered) return ended.error();
    return answered;
}

}  // namespace seald
