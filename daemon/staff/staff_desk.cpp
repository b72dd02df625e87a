#include "daemon/staff/staff_desk.hpp"

#include "daemon/ledger/entry_fields.hpp"
#include "daemon/ledger/record.hpp"
#include "daemon/policy/roles.hpp"
#include "daemon/store/training_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

// Another one's word: nobody certifies himself, and only who is enrolled can be trained.
Result<void> check_record(const Caller& caller, const TrainingRecord& record, const Policy& policy, Timestamp now) {
    if (record.person == caller.id()) return refusal("training-of-oneself", "nobody records his own training", {"another custodian or administrator"});
    const bool enrolled = policy.find_person(record.person) != nullptr || policy.application_clients.contains(record.person);
    if (!enrolled) return not_found("nobody with the id " + record.person.str() + " is enrolled");
    if (record.until <= now) return unacceptable("this training would be over already: give a date to come");
    return {};
}

json::object fields_of(const Caller& caller, const TrainingRecord& record) {
    return {{"caller", entry_fields::caller(caller)}, {"person", record.person.str()}, {"course", record.course}, {"until", to_rfc3339(record.until)}};
}

}  // namespace

asio::awaitable<Result<TrainingRecord>> StaffDesk::record_training(Caller caller, TrainingRecord record) {
    if (auto may = require_role_for(Act::record_training, caller); !may) co_return may.error();
    record.recorded_by = caller.id();
    record.recorded_at = clock_.now();
    if (auto good = check_record(caller, record, *policies_.current(), record.recorded_at); !good) co_return good.error();
    std::function<Result<TrainingRecord>(Transaction&)> work = [caller, record](Transaction& transaction) -> Result<TrainingRecord> {
        auto index = transaction.append(Entry::make("training-recorded", record.recorded_at, fields_of(caller, record)));
        if (!index) return index.error();
        if (auto added = tables::add_training(transaction.database(), record, *index); !added) return added.error();
        return record;
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    co_return std::move(committed->value);
}

asio::awaitable<Result<std::vector<TrainingRecord>>> StaffDesk::list_training(Caller caller) {
    std::optional<PersonId> only;
    if (!require_role_for(Act::read_staff_records, caller)) only = caller.id();
    std::function<Result<std::vector<TrainingRecord>>(Database&)> work = [only](Database& database) { return tables::list_training(database, only); };
    co_return co_await store_.read(std::move(work));
}

asio::awaitable<Result<std::uint64_t>> StaffDesk::give_feedback(Caller caller, std::string text) {
    const json::object fields{{"caller", entry_fields::caller(caller)}, {"text", text}};
    auto entry = Entry::make("feedback", clock_.now(), fields);
    co_return co_await record_entry(store_, std::move(entry));
}

asio::awaitable<Result<std::vector<StoredEntry>>> StaffDesk::list_feedback(Caller caller) {
    EntryFilter filter;
    filter.kind = "feedback";
    filter.limit = 1000;
    if (!require_role_for(Act::read_staff_records, caller)) filter.person = caller.id().str();
    std::function<Result<std::vector<StoredEntry>>(Database&)> work = [filter](Database& database) { return list_entries(database, filter); };
    co_return co_await store_.read(std::move(work));
}

}  // namespace seald
