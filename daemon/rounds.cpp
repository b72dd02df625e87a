#include "daemon/rounds.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/acts/act_desk.hpp"
#include "daemon/applications/deadlines.hpp"
#include "daemon/backup/backup_desk.hpp"
#include "daemon/backup/scheduled_backups.hpp"
#include "daemon/custody/reconciliation.hpp"
#include "daemon/notify/certificate_notices.hpp"
#include "daemon/notify/messenger.hpp"
#include "daemon/notify/seal_notices.hpp"
#include "daemon/seals/rotation.hpp"
#include "daemon/witness/witnessing.hpp"

namespace seald {

namespace asio = boost::asio;

namespace {

using std::chrono::seconds;

// For ever, one round so long after the other; what a round could not do is in the log, and the next one tries again.
template <class Round>
asio::awaitable<void> repeat(Round round, seconds apart, const char* not_done) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        auto done = co_await round();
        if (!done) spdlog::error("{}: {} [{}]", not_done, done.error().message, done.error().detail);
        pause.expires_after(apart);
        co_await pause.async_wait(asio::use_awaitable);
    }
}

}  // namespace

asio::awaitable<void> keep_deadlines(Deadlines& deadlines) {
    return repeat([&] { return deadlines.keep(); }, seconds(2), "deadlines were not kept");
}

asio::awaitable<void> keep_notices(Messenger& messenger) {
    return repeat([&] { return messenger.deliver_due(); }, seconds(2), "notices were not delivered");
}

asio::awaitable<void> keep_acts(ActDesk& acts) {
    return repeat([&] { return acts.end_expired(); }, seconds(2), "acts that nobody confirmed were not ended");
}

asio::awaitable<void> keep_cut_overs(Rotation& rotation) {
    return repeat([&] { return rotation.keep(); }, seconds(1), "planned cut-overs were not looked at");
}

asio::awaitable<void> keep_people_told(SealNotices& notices) {
    return repeat([&] { return notices.tell_due(); }, seconds(2), "nobody was told of what happened to seals");
}

asio::awaitable<void> keep_backups(ScheduledBackups& backups) {
    return repeat([&] { return backups.keep_up(); }, seconds(2), "there is no backup");
}

asio::awaitable<void> keep_backup_desk(BackupDesk& desk) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        desk.let_go_of_abandoned();
        pause.expires_after(std::chrono::minutes(1));
        co_await pause.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> keep_counts(Reconciliation& reconciliation) {
    return repeat([&] { return reconciliation.keep(); }, seconds(10), "tokens' counts of signatures were not held against the ledger");
}

asio::awaitable<void> keep_certificates(CertificateNotices& notices) {
    return repeat([&] { return notices.keep(); }, seconds(60), "certificates were not looked at");
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
