#include "daemon/ledger/custody_rights.hpp"

#include "daemon/store/custody_table.hpp"

namespace seald {

namespace asio = boost::asio;

asio::awaitable<Result<void>> require_custody_of(Store& store, Act act, Caller caller, SealName seal, Timestamp now) {
    auto by_role = require_role_for(act, caller);
    if (by_role) co_return by_role;
    std::function<Result<bool>(Database&)> work = [seal, id = caller.id(), now](Database& database) { return tables::is_acting(database, seal, id, now); };
    auto acts = co_await store.read(std::move(work));
    if (!acts) co_return acts.error();
    if (*acts) co_return Result<void>();
    co_return by_role;
}

asio::awaitable<Result<void>> require_custody_of(Store& store, Act act, Caller caller, TokenName token, Timestamp now) {
    auto by_role = require_role_for(act, caller);
    if (by_role) co_return by_role;
    std::function<Result<bool>(Database&)> work = [token, id = caller.id(), now](Database& database) {
        return tables::is_acting_on_token(database, token, id, now);
    };
    auto acts = co_await store.read(std::move(work));
    if (!acts) co_return acts.error();
    if (*acts) co_return Result<void>();
    co_return by_role;
}

}  // namespace seald
