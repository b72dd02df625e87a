#include "daemon/sealing/facts.hpp"

#include "daemon/ledger/caller_facts.hpp"
#include "daemon/policy/approval_check.hpp"
#include "daemon/store/application_table.hpp"
#include "daemon/store/approval_table.hpp"
#include "daemon/store/issuer_table.hpp"
#include "daemon/store/seal_table.hpp"

namespace seald {
namespace {

// The ids of the approvals that the request rests on. Ones that do not decode are for the policy to refuse.
std::vector<std::string> approval_ids(const SealRequest& request, const std::optional<Application>& application) {
    std::vector<std::string> tokens = request.approvals;
    if (application)
        for (const auto& decision : application->decisions) tokens.push_back(decision.jws);
    std::vector<std::string> ids;
    for (const auto& token : tokens)
        if (auto approval = read_unverified_approval(token)) ids.push_back(approval->id);
    return ids;
}

// Uses today by those outside systems whose uses are limited and whose approvals the request brings.
Result<std::map<PersonId, unsigned>> read_issued(Database& database, const SealRequest& request, const Policy& policy, Timestamp now) {
    std::map<PersonId, unsigned> issued;
    for (const auto& token : request.approvals) {
        const auto approval = read_unverified_approval(token);
        const Person* issuer = approval ? policy.find_person(approval->issuer) : nullptr;
        if (issuer == nullptr || !issuer->outside || !issuer->outside->daily || issued.contains(issuer->id)) continue;
        const auto used = tables::count_issuer_uses(database, issuer->id, start_of_day(policy.calendar, now));
        if (!used) return used.error();
        issued.emplace(issuer->id, *used);
    }
    return issued;
}

Result<SealFacts> read(Database& database, const SealRequest& request, const PersonId& caller, const Policy& policy, Timestamp now) {
    auto seal = tables::find_seal(database, request.seal);
    if (!seal) return seal.error();
    if (!*seal) return not_found("there is no seal " + request.seal.str() + "; sealctl seal list shows those there are");

    std::optional<Application> application;
    if (request.application) {
        auto found = tables::find_application(database, *request.application);
        if (!found) return found.error();
        if (!*found) return not_found("there is no application " + request.application->str());
        application = std::move(**found);
    }
    const auto ids = approval_ids(request, application);
    auto spent = tables::spent_uses(database, ids);
    if (!spent) return spent.error();
    auto revoked = tables::revoked_approvals(database, ids);
    if (!revoked) return revoked.error();
    auto about_caller = read_caller_facts(database, **seal, caller, policy, now);
    if (!about_caller) return about_caller.error();
    std::map<Digest, unsigned> used;
    if (application) {
        auto by_application = tables::application_uses(database, application->number);
        if (!by_application) return by_application.error();
        used = std::move(*by_application);
    }
    auto issued = read_issued(database, request, policy, now);
    if (!issued) return issued.error();
    return SealFacts{std::move(**seal), std::move(application), std::move(*spent), std::move(*revoked), std::move(*about_caller), std::move(used),
                     std::move(*issued)};
}

}  // namespace

boost::asio::awaitable<Result<SealFacts>> read_facts(Store& store, SealRequest request, PersonId caller, std::shared_ptr<const Policy> policy,
                                                       Timestamp now) {
    std::function<Result<SealFacts>(Database&)> work = [request = std::move(request), caller, policy, now](Database& database) {
        return read(database, request, caller, *policy, now);
    };
    co_return co_await store.read(std::move(work));
}

}  // namespace seald
