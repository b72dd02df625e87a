#include "daemon/notify/messenger.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "daemon/notify/notice_command.hpp"
#include "daemon/store/notice_table.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto time_limit = 30s;
constexpr unsigned at_once = 20;

// 2 s, 4 s, 8 s ... at most an hour.
seconds pause_after(unsigned attempts) { return std::min<seconds>(2s * (1 << std::min(attempts, 11U)), 1h); }

}  // namespace

asio::awaitable<Result<void>> Messenger::deliver_due() {
    const auto policy = policies_.current();
    if (!policy->notices) co_return Result<void>();
    std::function<Result<std::vector<tables::NoticeRow>>(Database&)> find = [now = clock_.now()](Database& database) {
        return tables::due_notices(database, now, at_once);
    };
    auto due = co_await store_.read(std::move(find));
    if (!due) co_return due.error();
    for (const auto& notice : *due) {
        // Put off first: if what came of it cannot be noted, the command is not run again and again.
        std::function<Result<bool>(Transaction&)> put_off = [notice, now = clock_.now()](Transaction& transaction) -> Result<bool> {
            auto postponed = tables::postpone_notice(transaction.database(), notice.id, now + pause_after(notice.attempts));
            if (!postponed) return postponed.error();
            return true;
        };
        if (auto postponed = co_await store_.write(std::move(put_off)); !postponed) co_return postponed.error();
        std::function<Result<bool>()> run = [command = policy->notices->command, body = notice.body]() -> Result<bool> {
            if (auto done = run_notice_command(command, body, time_limit); !done) return done.error();
            return true;
        };
        auto delivered = co_await thread_.run(std::move(run));
        if (!delivered) {
            spdlog::warn("notice {}: {}", notice.id, delivered.error().message);
            continue;
        }
        std::function<Result<bool>(Transaction&)> note = [id = notice.id, now = clock_.now()](Transaction& transaction) -> Result<bool> {
            if (auto noted = tables::notice_delivered(transaction.database(), id, now); !noted) return noted.error();
            return true;
        };
        auto committed = co_await store_.write(std::move(note), WhenFull::record);
        if (!committed) co_return committed.error();
    }
    co_return Result<void>();
}

}  // namespace seald
