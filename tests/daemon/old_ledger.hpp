// An office whose ledger began in 2019.
#pragma once
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "daemon/store/ledger_key_file.hpp"
#include "daemon/store/store.hpp"
#include "tests/daemon/instance.hpp"

namespace seald::test {

// So many entries, an hour apart, in place of the one that --init made today. Before the daemon starts.
inline void make_old_ledger(const Instance& instance, int entries) {
    const auto state = instance.state();
    for (const char* name : {"ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger.checkpoint"}) std::filesystem::remove(state / name);
    const std::string origin = NoteVerifier::decode(instance.ledger_key()).value().name();
    Store::create(state, origin).value();
    {
        const auto store = Store::open(state, load_ledger_key(state, origin).value()).value();
        const Timestamp then = decode_rfc3339("2019-06-01T08:00:00Z").value();
        std::function<Result<void>(Transaction&)> work = [then, entries](Transaction& transaction) -> Result<void> {
            for (int i = 0; i < entries; ++i) {
                const boost::json::object fields{{"caller", {{"id", "liu.yang"}}}, {"number", i}};
                if (auto added = transaction.append(Entry::make("audit-sign-off", then + std::chrono::hours(i), fields)); !added) return added.error();
            }
            return {};
        };
        boost::asio::io_context loop;
        auto done = boost::asio::co_spawn(loop, store->write(std::move(work)), boost::asio::use_future);
        loop.run();
        done.get().value();
    }
    for (const auto& file : std::filesystem::directory_iterator(state))
        if (::chown(file.path().c_str(), daemon_uid, daemon_uid) != 0) throw std::runtime_error("chown");
}

}  // namespace seald::test
