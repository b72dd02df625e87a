#include "daemon/rounds.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/acts/act_desk.hpp"
#include "daemon/applications/deadlines.hpp"
#include "daemon/backup/scheduled_backups.hpp"
#include "daemon/notify/certificate_notices.hpp"
#include "daemon/notify/messenger.hpp"
#include "daemon/notify/seal_notices.hpp"
#include "daemon/seals/rotation.hpp"
#include "daemon/witness/witnessing.hpp"

namespace seald {

namespace asio = boost::asio;

asio::awaitable<void> keep_deadlines(Deadlines& deadlines) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        auto kept = co_await deadlines.keep();
        if (!kept) spdlog::error("deadlines were not kept: {} [{}]", kept.error().message, kept.error().detail);
        pause.expires_after(std::chrono::seconds(2));
        co_await pause.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> keep_notices(Messenger& messenger) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        auto delivered = co_await messenger.deliver_due();
        if (!delivered) spdlog::error("notices were not delivered: {} [{}]", delivered.error().message, delivered.error().detail);
        pause.expires_after(std::chrono::seconds(2));
        co_await pause.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> keep_acts(ActDesk& acts) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        auto ended = co_await acts.end_expired();
        if (!ended) spdlog::error("acts that nobody confirmed were not ended: {} [{}]", ended.error().message, ended.error().detail);
        pause.expires_after(std::chrono::seconds(2));
        co_await pause.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> keep_cut_overs(Rotation& rotation) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        auto kept = co_await rotation.keep();
        if (!kept) spdlog::error("planned cut-overs were not looked at: {} [{}]", kept.error().message, kept.error().detail);
        pause.expires_after(std::chrono::seconds(1));
        co_await pause.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> keep_people_told(SealNotices& notices) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        auto told = co_await notices.tell_due();
        if (!told) spdlog::error("nobody was told of what happened to seals: {} [{}]", told.error().message, told.error().detail);
        pause.expires_after(std::chrono::seconds(2));
        co_await pause.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> keep_backups(ScheduledBackups& backups) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        auto kept = co_await backups.keep_up();
        if (!kept) spdlog::error("there is no backup: {} [{}]", kept.error().message, kept.error().detail);
        pause.expires_after(std::chrono::seconds(2));
        co_await pause.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> keep_certificates(CertificateNotices& notices) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        auto kept = co_await notices.keep();
        if (!kept) spdlog::error("certificates were not looked at: {} [{}]", kept.error().message, kept.error().detail);
        pause.expires_after(std::chrono::minutes(1));
        co_await pause.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<Error> keep_witnesses(Witnessing& witnessing) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        pause.expires_after(std::chrono::milliseconds(500));
        co_await pause.async_wait(asio::use_awaitable);
        if (!witnessing.due()) continue;
        auto round = co_await witnessing.run_round();
        if (round) continue;
        if (round.error().rule == contradicted_rule) co_return round.error();
        spdlog::error("no witness was asked: {} [{}]", round.error().message, round.error().detail);
    }
}

}  // namespace seald
