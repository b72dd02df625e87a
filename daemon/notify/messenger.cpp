#include "daemon/notify/messenger.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>

namespace seald {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr unsigned at_once = 20;

// 2 s, 4 s, 8 s ... at most an hour.
seconds pause_after(unsigned attempts) { return std::min<seconds>(2s * (1 << std::min(attempts, 11U)), 1h); }

// The same at each attempt, and never that of another notice, even where a restored backup gives its number out again.
std::string message_id(const std::string& daemon_id, const tables::NoticeRow& notice) {
    const std::string content = daemon_id + "\n" + std::to_string(notice.id) + "\n" + notice.body;
    return "msg_" + Digest::of(DigestAlgorithm::sha256, as_bytes(content)).hex().substr(0, 32);
}

void say_failure(const std::string& channel, const std::exception_ptr& failure, const Result<void>& result) try {
    if (failure) std::rethrow_exception(failure);
    if (!result) spdlog::error("notices were not delivered by {}: {} [{}]", channel, result.error().message, result.error().detail);
} catch (const std::exception& thrown) {
    spdlog::error("notices were not delivered by {}: {}", channel, thrown.what());
}

}  // namespace

asio::awaitable<Result<void>> Messenger::deliver_due() {
    std::function<Result<std::vector<std::string>>(Database&)> find = [now = clock_.now()](Database& database) {
        return tables::channels_with_due_notices(database, now);
    };
    auto due = co_await store_.read(std::move(find));
    if (!due) co_return due.error();
    for (const auto& channel : *due) {
        if (!busy_->insert(channel).second) continue;
        asio::co_spawn(executor_, deliver_by(channel), [busy = busy_, channel](std::exception_ptr failure, Result<void> result) {
            busy->erase(channel);
            say_failure(channel, failure, result);
        });
    }
    co_return Result<void>();
}

// Up to the first that fails: where one is not taken, the next would most likely wait for nothing, too.
asio::awaitable<Result<void>> Messenger::deliver_by(std::string channel) {
    std::function<Result<std::vector<tables::NoticeRow>>(Database&)> find = [channel, now = clock_.now()](Database& database) {
        return tables::due_notices(database, channel, now, at_once);
    };
    auto due = co_await store_.read(std::move(find));
    if (!due) co_return due.error();
    for (const auto& notice : *due) {
        auto delivered = co_await try_one(channel, notice);
        if (!delivered) co_return delivered.error();
        if (!*delivered) break;
    }
    co_return Result<void>();
}

asio::awaitable<Result<bool>> Messenger::try_one(std::string channel, tables::NoticeRow notice) {
    // Put off first: if what came of it cannot be noted, it is not delivered again and again.
    std::function<Result<bool>(Transaction&)> put_off = [channel, notice, now = clock_.now()](Transaction& transaction) -> Result<bool> {
        auto postponed = tables::postpone_delivery(transaction.database(), notice.id, channel, now + pause_after(notice.attempts));
        if (!postponed) return postponed.error();
        return true;
    };
    // Also while the disk is full: what people are told then, of a stop above all, must not wait for it.
    if (auto postponed = co_await store_.write(std::move(put_off), WhenFull::record); !postponed) co_return postponed.error();
    NoticeMessage message{.id = message_id(policies_.current()->daemon_id, notice), .body = notice.body};
    const auto sent = co_await channels_.send(channel, std::move(message));
    const std::string what = "notice " + std::to_string(notice.id) + " (" + notice.kind + ", " + notice.about + ")";
    if (sent) {
        spdlog::info("{} was delivered by {}: {}, attempt {}", what, channel, *sent, notice.attempts + 1);
        told_(channel, "delivered");
        if (auto ended = co_await end(channel, notice.id, tables::NoticeOutcome::delivered); !ended) co_return ended.error();
        co_return true;
    }
    if (!is_over(notice)) {
        spdlog::warn("{} was not delivered by {}: {}; it is tried again", what, channel, sent.error().message);
        told_(channel, "failed");
        co_return false;
    }
    spdlog::error("{} is given up after {} attempts by {}: {}", what, notice.attempts + 1, channel, sent.error().message);
    told_(channel, "given-up");
    if (auto ended = co_await end(channel, notice.id, tables::NoticeOutcome::given_up); !ended) co_return ended.error();
    co_return false;
}

asio::awaitable<Result<void>> Messenger::end(std::string channel, std::uint64_t notice, tables::NoticeOutcome outcome) {
    std::function<Result<bool>(Transaction&)> note = [channel, notice, outcome, now = clock_.now()](Transaction& transaction) -> Result<bool> {
        if (auto ended = tables::end_delivery(transaction.database(), notice, channel, outcome, now); !ended) return ended.error();
        return true;
    };
    auto committed = co_await store_.write(std::move(note), WhenFull::record);
    if (!committed) co_return committed.error();
    co_return Result<void>();
}

bool Messenger::is_over(const tables::NoticeRow& notice) const {
    const auto policy = policies_.current();
    const seconds patience = policy->notices ? policy->notices->give_up_after : NoticeSettings().give_up_after;
    return clock_.now() - notice.created_at >= patience;
}

}  // namespace seald
