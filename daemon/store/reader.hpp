// The one thread that answers questions, on its own read-only connection; each question sees one committed moment,
// however many statements it takes.
#pragma once
#include <functional>
#include <memory>
#include <thread>

#include "daemon/store/completion.hpp"
#include "daemon/store/sqlite.hpp"
#include "daemon/store/work_queue.hpp"

namespace seald {

class Reader {
  public:
    struct Job {
        std::function<Result<void>(Database&)> work;
        Completion<Result<void>> done;
    };

    explicit Reader(std::unique_ptr<Database> database);
    ~Reader();  // answers what was asked, then stops

    void submit(Job job);  // too_many at once when the queue is full

  private:
    void run();
    Result<void> answer(const Job& job);
    std::unique_ptr<Database> database_;
    WorkQueue<Job> queue_;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace seald
