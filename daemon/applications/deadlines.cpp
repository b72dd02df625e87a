#include "daemon/applications/deadlines.hpp"

#include "daemon/applications/notices.hpp"
#include "daemon/store/application_table.hpp"
#include "daemon/store/intent_table.hpp"
#include "daemon/store/notice_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

struct Due {
    std::vector<ApplicationNumber> overdue, forgotten;
    bool empty() const { return overdue.empty() && forgotten.empty(); }
};

Result<Due> find_due(Database& database, const Policy& policy, Timestamp now) {
    auto overdue = tables::overdue_applications(database, now);
    if (!overdue) return overdue.error();
    if (!policy.notices) return Due{std::move(*overdue), {}};
    auto forgotten = tables::forgotten_applications(database, now - policy.notices->remind_after);
    if (!forgotten) return forgotten.error();
    return Due{std::move(*overdue), std::move(*forgotten)};
}

Result<ApplicationView> read_view(Database& database, const ApplicationNumber& number, const Policy& policy, Timestamp now) {
    auto application = read_application(database, number);
    if (!application) return application.error();
    return view(database, std::move(*application), std::nullopt, policy, now);
}

Result<void> write_expiry(Transaction& transaction, ApplicationView shown, const std::string& reason, const Policy& policy, Timestamp now) {
    const auto& number = shown.application.number;
    auto set = tables::set_application_state(transaction.database(), number, ApplicationState::submitted, ApplicationState::expired);
    if (!set) return set.error();
    shown.application.state = ApplicationState::expired;
    json::object fields{{"caller", json::object{{"id", "seald"}, {"kind", "daemon"}}},
                        {"application", number.str()},
                        {"seal", shown.application.seal.str()},
                        {"application_state", "expired"}};
    if (!reason.empty()) fields["reason"] = reason;
    auto index = transaction.append(Entry::make("application-expired", now, fields));
    if (!index) return index.error();
    return queue_notice(transaction.database(), shown, policy, now, Told::change);
}

// All its uses are spent. Where the daemon died in one of them, nobody knows of a signature: sealed would be too much said.
Result<void> end_used_up(Transaction& transaction, ApplicationView shown, const Policy& policy, Timestamp now) {
    const auto number = shown.application.number;
    auto lost = tables::has_lost_a_signature(transaction.database(), number);
    if (!lost) return lost.error();
    if (!*lost) return tables::close_sealed(transaction.database(), number);
    return write_expiry(transaction, std::move(shown), "the daemon died while it sealed: nobody knows of that signature, and its approval stays used", policy, now);
}

Result<void> expire(Transaction& transaction, const ApplicationNumber& number, const Policy& policy, Timestamp now) {
    auto shown = read_view(transaction.database(), number, policy, now);
    if (!shown) return shown.error();
    if (shown->application.state == ApplicationState::sealed) return end_used_up(transaction, std::move(*shown), policy, now);
    if (shown->application.state != ApplicationState::expired) return {};
    return write_expiry(transaction, std::move(*shown), {}, policy, now);
}

Result<void> remind(Transaction& transaction, const ApplicationNumber& number, const Policy& policy, Timestamp now) {
    auto shown = read_view(transaction.database(), number, policy, now);
    if (!shown) return shown.error();
    if (shown->application.state == ApplicationState::sealed) return end_used_up(transaction, std::move(*shown), policy, now);
    if (!is_open(shown->application.state)) return {};  // it ends, and that is told
    return queue_notice(transaction.database(), *shown, policy, now, Told::reminder);
}

Result<bool> settle(Transaction& transaction, const Due& due, const Policy& policy, Timestamp now) {
    for (const auto& number : due.overdue)
        if (auto ended = expire(transaction, number, policy, now); !ended) return ended.error();
    for (const auto& number : due.forgotten)
        if (auto reminded = remind(transaction, number, policy, now); !reminded) return reminded.error();
    return true;
}

}  // namespace

asio::awaitable<Result<void>> Deadlines::keep() {
    const auto policy = policies_.current();
    std::function<Result<Due>(Database&)> find = [policy, now = clock_.now()](Database& database) { return find_due(database, *policy, now); };
    auto due = co_await store_.read(std::move(find));
    if (!due) co_return due.error();
    if (due->empty()) co_return Result<void>();
    std::function<Result<bool>(Transaction&)> work = [policy, due = std::move(*due), now = clock_.now()](Transaction& transaction) {
        return settle(transaction, due, *policy, now);
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    co_return Result<void>();
}

}  // namespace seald
