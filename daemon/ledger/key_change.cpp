#include "daemon/ledger/key_change.hpp"

#include <boost/json/object.hpp>

#include "daemon/ledger/entry_fields.hpp"
#include "daemon/policy/roles.hpp"
#include "daemon/store/ledger_key_file.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;

constexpr const char* changing_rule = "ledger-key-changing";

// On the writer's thread, which nobody else changes the key on. The next key is on the disk before the commit that puts it in
// force: whatever happens then, the key that the ledger is signed with is there.
Result<void> write_change(Transaction& transaction, const std::filesystem::path& state_dir, const boost::json::object& fields, Timestamp now) {
    if (transaction.changes_ledger_key()) return conflict(changing_rule, "the ledger's key is being changed just now");
    const NoteVerifier current = transaction.ledger_keys().current();
    auto next = make_next_ledger_key(state_dir, current);
    if (!next) return next.error();
    auto about = fields;
    about["old"] = current.encode();
    about["new"] = next->verifier().encode();
    const auto index = transaction.append(Entry::make(std::string(ledger_key_changed), now, about));
    if (!index) return index.error();
    return transaction.change_ledger_key(std::move(*next), *index);
}

// For certain: a disk that failed in the middle of a commit may have it all the same, when it is read again after a crash.
bool was_undone(const Error& error) { return error.code != ErrorCode::unavailable || error.rule == disk_full_rule; }

}  // namespace

asio::awaitable<Result<ChangedLedgerKey>> LedgerKeyDesk::change(Caller caller, std::string reason) {
    if (auto may = require_role_for(Act::change_ledger_key, caller); !may) co_return may.error();
    boost::json::object fields{{"caller", entry_fields::caller(caller)}, {"reason", reason}};
    std::function<Result<std::size_t>(Transaction&)> work = [state_dir = state_dir_, fields = std::move(fields), now = clock_.now()](Transaction& transaction)
        -> Result<std::size_t> {
        if (auto written = write_change(transaction, state_dir, fields, now); !written) return written.error();
        return transaction.ledger_keys().changes().size();
    };
    auto committed = co_await store_.write(work);
    // Somebody else's change was in the same commit: the next commit has room for this one.
    while (!committed && committed.error().rule == changing_rule) committed = co_await store_.write(work);
    if (!committed) {
        if (was_undone(committed.error())) static_cast<void>(co_await settle());
        co_return committed.error();
    }
    // Afterwards, and by itself: what was committed holds, whatever becomes of the files.
    auto settled = co_await settle();
    const auto keys = store_.ledger_keys();
    co_return ChangedLedgerKey{keys->changes().at(committed->value), settled ? "" : settled.error().message};
}

asio::awaitable<Result<void>> LedgerKeyDesk::settle() {
    std::function<Result<void>(Transaction&)> work = [state_dir = state_dir_](Transaction& transaction) -> Result<void> {
        // By the next change, whose own key is on the disk already and not in force yet.
        if (transaction.changes_ledger_key()) return {};
        return settle_ledger_key(state_dir, transaction.ledger_keys().current());
    };
    auto settled = co_await store_.write(std::move(work), WhenFull::record);
    if (!settled) co_return settled.error();
    co_return Result<void>();
}

}  // namespace seald
