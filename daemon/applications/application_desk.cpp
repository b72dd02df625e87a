#include "daemon/applications/application_desk.hpp"

#include <algorithm>
#include <map>

#include "daemon/ledger/entry_fields.hpp"
#include "daemon/policy/roles.hpp"
#include "daemon/store/application_table.hpp"
#include "daemon/store/approval_table.hpp"
#include "daemon/store/document_table.hpp"
#include "daemon/store/intent_table.hpp"
#include "daemon/store/seal_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

Error no_such_application(const ApplicationNumber& number) {
    return not_found("there is no application " + number.str() + " that you may see; sealctl application list shows those there are");
}

Result<Application> read_application(Database& database, const ApplicationNumber& number) {
    auto application = tables::find_application(database, number);
    if (!application) return application.error();
    if (!*application) return no_such_application(number);
    return std::move(**application);
}

Result<Seal> read_seal(Database& database, const SealName& name) {
    auto seal = tables::find_seal(database, name);
    if (!seal) return seal.error();
    if (!*seal) return not_found("there is no seal " + name.str() + "; sealctl seal list shows those there are");
    return std::move(**seal);
}

// Each document of which this digest was sealed once more is marked, first listed first.
Result<std::vector<bool>> sealed_documents(Database& database, const Application& application) {
    std::vector<std::string> ids;
    for (const auto& decision : application.decisions)
        if (auto jws = decode_jws(decision.jws); jws)
            if (auto approval = decode_unverified_approval(*jws); approval) ids.push_back(approval->id);
    auto spent = tables::spent_uses(database, ids);
    if (!spent) return spent.error();
    std::map<Digest, unsigned> left;
    for (const auto& use : *spent) left[use.document] = std::max(left[use.document], use.count);
    std::vector<bool> sealed;
    for (const auto& document : application.documents) {
        auto& count = left[document.digest];
        sealed.push_back(count > 0);
        if (count > 0) --count;
    }
    return sealed;
}

Result<std::vector<bool>> stored_documents(Database& database, const Application& application) {
    std::vector<bool> stored;
    for (const auto& document : application.documents) {
        auto there = tables::has_stored(database, document.digest, application.applicant);
        if (!there) return there.error();
        stored.push_back(*there);
    }
    return stored;
}

Result<ApplicationView> view(Database& database, Application application, const Caller& caller, const Policy& policy, Timestamp now) {
    auto seal = read_seal(database, application.seal);
    if (!seal) return seal.error();
    auto sealed = sealed_documents(database, application);
    if (!sealed) return sealed.error();
    auto stored = stored_documents(database, application);
    if (!stored) return stored.error();
    const SealPolicy* rules = policy.find_seal_policy(seal->name, seal->kind);
    ApplicationView shown{.application = std::move(application), .sealed = std::move(*sealed), .stored = std::move(*stored), .open_step = {}, .who = {}};
    if (rules == nullptr) return shown;  // the policy was taken away: nobody can decide, the record is still readable

    const auto sealed_count = static_cast<std::size_t>(std::ranges::count(shown.sealed, true));
    shown.application.state = application_state(shown.application, *rules, sealed_count, now);
    shown.approval_ttl = rules->approval_ttl;
    if (shown.application.state != ApplicationState::submitted) return shown;
    shown.open_step = open_step(shown.application, *rules, now);
    if (!shown.open_step) return shown;
    shown.who = who_may_decide(shown.application, shown.open_step->step, policy);
    const Person* person = policy.find_person(caller.id());
    shown.may_decide = person != nullptr && may_decide(*person, shown.application, shown.open_step->step);
    return shown;
}

bool may_see(const Caller& caller, const Application& application) {
    return application.applicant == caller.id() || require_role_for(Act::read_all_applications, caller).has_value();
}

json::object application_fields(const Caller& caller, const Application& application) {
    return {{"caller", entry_fields::caller(caller)}, {"application", application.number.str()}, {"seal", application.seal.str()}};
}

Result<Application> write_application(Transaction& transaction, const Caller& caller, const NewApplication& wanted, Timestamp now) {
    auto number = tables::next_application_number(transaction.database(), year_of(now));
    if (!number) return number.error();
    Application application{.number = *number,
                            .seal = wanted.seal,
                            .applicant = caller.id(),
                            .department = caller.department(),
                            .purpose = wanted.purpose,
                            .type = wanted.type,
                            .format = wanted.format,
                            .documents = wanted.documents,
                            .submitted_at = now};
    if (auto inserted = tables::insert_application(transaction.database(), application); !inserted) return inserted.error();
    auto fields = application_fields(caller, application);
    if (caller.department()) fields["department"] = caller.department()->str();
    fields["purpose"] = application.purpose;
    fields["type"] = application.type;
    fields["format"] = to_string(application.format);
    fields["documents"] = entry_fields::documents(application.documents);
    auto index = transaction.append(Entry::make("application-submitted", now, fields));
    if (!index) return index.error();
    return application;
}

Result<Application> write_decision(Transaction& transaction, const Caller& caller, const ApplicationNumber& number, const std::string& jws,
                                   const Policy& policy, Timestamp now) {
    auto& database = transaction.database();
    auto application = read_application(database, number);
    if (!application) return application.error();
    auto seal = read_seal(database, application->seal);
    if (!seal) return seal.error();
    auto decision = judge_decision(caller, jws, *application, *seal, policy, now);
    if (!decision) return decision.error();

    auto token = decode_jws(jws);
    if (!token) return token.error();
    auto approval = decode_unverified_approval(*token);
    if (!approval) return approval.error();
    const Digest token_digest = Digest::of(DigestAlgorithm::sha256, as_bytes(jws));
    if (auto known = tables::remember_approval(database, approval->id, token_digest, approval->expires_at); !known) return known.error();

    auto fields = application_fields(caller, *application);
    fields["step"] = decision->step.str();
    fields["decision"] = to_string(decision->decision);
    if (!decision->reason.empty()) fields["reason"] = decision->reason;
    fields["approval"] = jws;  // the signed decision itself: it can be verified again from the ledger alone
    auto index = transaction.append(Entry::make("decision", now, fields));
    if (!index) return index.error();
    if (auto added = tables::add_decision(database, number, *decision, approval->id, *index); !added) return added.error();
    application->decisions.push_back(*decision);

    if (decision->decision == Decision::approve) return application;
    const auto closed = decision->decision == Decision::reject ? ApplicationState::rejected : ApplicationState::returned;
    if (auto set = tables::set_application_state(database, number, ApplicationState::submitted, closed); !set) return set.error();
    application->state = closed;
    return application;
}

Result<Application> write_withdrawal(Transaction& transaction, const Caller& caller, const ApplicationNumber& number, const std::string& reason,
                                     Timestamp now) {
    auto application = read_application(transaction.database(), number);
    if (!application) return application.error();
    if (application->applicant != caller.id())
        return refusal("application-of-another", "only " + application->applicant.str() + ", who applied, can withdraw " + number.str(),
                       {application->applicant.str()});
    auto set = tables::set_application_state(transaction.database(), number, ApplicationState::submitted, ApplicationState::withdrawn);
    if (!set) {
        if (set.error().code != ErrorCode::conflict) return set.error();
        return conflict("application-closed", number.str() + " is " + std::string(to_string(application->state)) + " already");
    }
    auto fields = application_fields(caller, *application);
    if (!reason.empty()) fields["reason"] = reason;
    auto index = transaction.append(Entry::make("application-withdrawn", now, fields));
    if (!index) return index.error();
    application->state = ApplicationState::withdrawn;
    return application;
}

}  // namespace

asio::awaitable<Result<ApplicationView>> ApplicationDesk::submit(Caller caller, NewApplication wanted) {
    std::function<Result<ApplicationView>(Transaction&)> work = [this, caller, wanted, now = clock_.now()](Transaction& transaction) -> Result<ApplicationView> {
        auto seal = read_seal(transaction.database(), wanted.seal);
        if (!seal) return seal.error();
        if (auto may = may_apply(caller, *seal, wanted.format, policy_); !may) return may.error();
        auto application = write_application(transaction, caller, wanted, now);
        if (!application) return application.error();
        return view(transaction.database(), std::move(*application), caller, policy_, now);
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    co_return std::move(committed->value);
}

asio::awaitable<Result<ApplicationView>> ApplicationDesk::decide(Caller caller, ApplicationNumber number, std::string approval_jws) {
    std::function<Result<ApplicationView>(Transaction&)> work = [this, caller, number, approval_jws, now = clock_.now()](Transaction& transaction) -> Result<ApplicationView> {
        auto application = write_decision(transaction, caller, number, approval_jws, policy_, now);
        if (!application) return application.error();
        return view(transaction.database(), std::move(*application), caller, policy_, now);
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    co_return std::move(committed->value);
}

asio::awaitable<Result<ApplicationView>> ApplicationDesk::withdraw(Caller caller, ApplicationNumber number, std::string reason) {
    std::function<Result<ApplicationView>(Transaction&)> work = [this, caller, number, reason, now = clock_.now()](Transaction& transaction) -> Result<ApplicationView> {
        auto application = write_withdrawal(transaction, caller, number, reason, now);
        if (!application) return application.error();
        return view(transaction.database(), std::move(*application), caller, policy_, now);
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    co_return std::move(committed->value);
}

asio::awaitable<Result<ApplicationView>> ApplicationDesk::find(Caller caller, ApplicationNumber number) {
    std::function<Result<ApplicationView>(Database&)> work = [this, caller, number, now = clock_.now()](Database& database) -> Result<ApplicationView> {
        auto application = read_application(database, number);
        if (!application) return application.error();
        if (!may_see(caller, *application)) return no_such_application(number);
        return view(database, std::move(*application), caller, policy_, now);
    };
    co_return co_await store_.read(std::move(work));
}

asio::awaitable<Result<std::vector<ApplicationView>>> ApplicationDesk::list(Caller caller, ApplicationFilter filter, unsigned limit) {
    std::function<Result<std::vector<ApplicationView>>(Database&)> work = [this, caller, filter, limit, now = clock_.now()](Database& database) -> Result<std::vector<ApplicationView>> {
        tables::ApplicationFilter rows{.applicant = {}, .only_open = filter == ApplicationFilter::waiting_for_me, .limit = limit};
        const bool sees_all = require_role_for(Act::read_all_applications, caller).has_value();
        if (filter == ApplicationFilter::mine || !sees_all) rows.applicant = caller.id();
        auto applications = tables::list_applications(database, rows);
        if (!applications) return applications.error();
        std::vector<ApplicationView> views;
        for (auto& application : *applications) {
            auto shown = view(database, std::move(application), caller, policy_, now);
            if (!shown) return shown.error();
            if (filter == ApplicationFilter::waiting_for_me && !shown->may_decide) continue;
            views.push_back(std::move(*shown));
        }
        return views;
    };
    co_return co_await store_.read(std::move(work));
}

}  // namespace seald
