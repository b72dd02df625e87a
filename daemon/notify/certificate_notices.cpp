#include "daemon/notify/certificate_notices.hpp"

#include <spdlog/spdlog.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/model/certificate_warning.hpp"
#include "daemon/store/certificate_warning_table.hpp"
#include "daemon/store/seal_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

struct Due {
    Seal seal;
    seconds before;
};

bool is_used(const Seal& seal) { return seal.state == SealState::filed || seal.state == SealState::in_force || seal.state == SealState::suspended; }

Result<std::vector<Due>> find_due(Database& database, const std::vector<seconds>& before, Timestamp now) {
    auto seals = tables::list_seals(database);
    if (!seals) return seals.error();
    std::vector<Due> due;
    for (auto& seal : *seals) {
        if (!is_used(seal) || !seal.certificate) continue;
        const auto warning = warning_due(*seal.certificate, before, now);
        if (!warning) continue;
        auto warned = tables::was_warned(database, seal.certificate->fingerprint(), *warning);
        if (!warned) return warned.error();
        if (!*warned) due.push_back({std::move(seal), *warning});
    }
    return due;
}

std::set<PersonId> who_hears(const Seal& seal, const Policy& policy) {
    std::set<PersonId> to;
    for (const auto& [id, person] : policy.persons)
        if (id == seal.custodian || id == seal.deputy || person.roles.contains(Role::administrator)) to.insert(id);
    return to;
}

std::string body_of(const Seal& seal, const std::set<PersonId>& who, const Policy& policy, Timestamp now) {
    const Certificate& certificate = *seal.certificate;
    const auto left = std::chrono::duration_cast<std::chrono::days>(certificate.not_after() - now).count();
    const NoticeFacts facts{.kind = "certificate-ends", .application = {}, .seal = seal.name.str(), .applicant = {}, .purpose = {}, .type = {}, .reason = {},
                            .certificate = certificate.serial_hex(), .ends = to_rfc3339(certificate.not_after())};
    json::array to, messages;
    for (const auto& id : who) {
        const Language language = policy.language_of(id);
        const std::string name = policy.name_of(id);
        to.push_back(json::string(id.str()));
        messages.push_back(json::object{{"to", id.str()}, {"name", name}, {"language", to_string(language)},
                                        {"text", notice_text(facts, name, language)}});
    }
    return json::serialize(json::object{{"kind", "certificate-ends"},
                                        {"to", std::move(to)},
                                        {"seal", seal.name.str()},
                                        {"version", seal.version},
                                        {"certificate", json::object{{"serial", certificate.serial_hex()}, {"sha256", certificate.fingerprint().hex()}}},
                                        {"ends", to_rfc3339(certificate.not_after())},
                                        {"days_left", left},
                                        {"time", to_rfc3339(now)},
                                        {"messages", std::move(messages)}});
}

Result<bool> warn(Transaction& transaction, const std::vector<Due>& due, const Policy& policy, Timestamp now) {
    auto& database = transaction.database();
    for (const auto& [seal, before] : due) {
        auto first = tables::first_warning(database, seal.certificate->fingerprint(), before, now);
        if (!first) return first.error();
        const auto to = who_hears(seal, policy);
        if (!*first || !policy.notices || to.empty()) continue;
        const std::string kind = "certificate-ends";
        auto added = tables::add_seal_notice(database, kind, seal.name, body_of(seal, to, policy, now), channels_for(kind, *policy.notices), now);
        if (!added) return added.error();
    }
    return true;
}

}  // namespace

asio::awaitable<Result<void>> CertificateNotices::keep() {
    const auto policy = policies_.current();
    const auto before = policy->notices ? policy->notices->certificate_warnings : NoticeSettings().certificate_warnings;
    std::function<Result<std::vector<Due>>(Database&)> find = [before, now = clock_.now()](Database& database) { return find_due(database, before, now); };
    auto due = co_await store_.read(std::move(find));
    if (!due) co_return due.error();
    if (due->empty()) co_return Result<void>();
    std::function<Result<bool>(Transaction&)> work = [policy, due = *due, now = clock_.now()](Transaction& transaction) {
        return warn(transaction, due, *policy, now);
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    for (const auto& [seal, before_end] : *due)
        spdlog::warn("seal {}: its certificate {} {} at {}", seal.name.str(), seal.certificate->serial_hex(), before_end.count() == 0 ? "ended" : "ends",
                     to_rfc3339(seal.certificate->not_after()));
    co_return Result<void>();
}

}  // namespace seald
