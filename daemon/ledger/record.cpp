#include "daemon/ledger/record.hpp"

namespace seald {

boost::asio::awaitable<Result<std::uint64_t>> record_entry(Store& store, Entry entry, WhenFull when_full) {
    std::function<Result<std::uint64_t>(Transaction&)> work = [entry = std::move(entry)](Transaction& transaction) {
        return transaction.append(entry);
    };
    auto committed = co_await store.write(std::move(work), when_full);
    if (!committed) co_return committed.error();
    co_return committed->value;
}

}  // namespace seald
