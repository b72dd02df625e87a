#include "daemon/applications/notices.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/store/notice_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;

struct Notice {
    std::string kind;
    std::set<PersonId> to;
};

std::set<PersonId> who_decides(Database& database, const Application& application, const Policy& policy, Timestamp now) {
    auto seal = read_seal(database, application.seal);
    const SealPolicy* rules = seal ? policy.find_seal_policy(seal->name, seal->kind) : nullptr;
    if (rules == nullptr) return {};
    return deciders(application, seal->kind, *rules, policy, now);
}

// What there is to tell in this state; nothing of what the applicant seals himself, but that he left off is said. Where nobody may
// decide, nobody but him would ever ask why.
Notice notice_of(Database& database, const Application& application, const Policy& policy, Timestamp now, Told why) {
    switch (application.state) {
        case ApplicationState::submitted:
        case ApplicationState::reviewed: {
            auto to = who_decides(database, application, policy, now);
            if (to.empty()) to.insert(application.applicant);
            return {why == Told::reminder ? "reminder" : "waiting", std::move(to)};
        }
        case ApplicationState::approved:
            return {why == Told::reminder ? "reminder" : "approved", {application.applicant}};
        case ApplicationState::returned:
        case ApplicationState::rejected:
        case ApplicationState::expired:
        case ApplicationState::withdrawn:
            return {std::string(to_string(application.state)), {application.applicant}};
        case ApplicationState::partly_sealed:
            if (why == Told::reminder) return {"reminder", {application.applicant}};
            return {};
        case ApplicationState::sealed:
            return {};
    }
    return {};
}

NoticeFacts facts_of(const Notice& notice, const Application& application, const Policy& policy) {
    NoticeFacts facts{.kind = notice.kind,
                      .application = application.number.str(),
                      .seal = application.seal.str(),
                      .applicant = policy.name_of(application.applicant),
                      .purpose = application.purpose,
                      .type = application.type,
                      .reason = {}};
    if (!application.decisions.empty()) facts.reason = application.decisions.back().reason;
    return facts;
}

// To each in words, in his language; and the same for programs.
std::string body_of(const Notice& notice, const Application& application, const Policy& policy, Timestamp now) {
    const NoticeFacts facts = facts_of(notice, application, policy);
    json::array to, messages;
    for (const auto& id : notice.to) {
        const Language language = policy.language_of(id);
        const std::string name = policy.name_of(id);
        to.push_back(json::string(id.str()));
        messages.push_back(json::object{{"to", id.str()}, {"name", name}, {"language", to_string(language)}, {"text", notice_text(facts, name, language)}});
    }
    json::object body{{"kind", notice.kind},
                      {"to", std::move(to)},
                      {"application", facts.application},
                      {"state", to_string(application.state)},
                      {"seal", facts.seal},
                      {"applicant", application.applicant.str()},
                      {"purpose", application.purpose},
                      {"type", application.type},
                      {"time", to_rfc3339(now)},
                      {"messages", std::move(messages)}};
    if (!facts.reason.empty()) body["reason"] = facts.reason;
    return json::serialize(body);
}

}  // namespace

Result<void> queue_notice(Database& database, const ApplicationView& after, const Policy& policy, Timestamp now, Told why) {
    if (!policy.notices) return {};
    const Application& application = after.application;
    const Notice notice = notice_of(database, application, policy, now, why);
    if (notice.kind.empty() || notice.to.empty()) return {};
    const auto channels = channels_for(notice.kind, *policy.notices);
    return tables::add_notice(database, {.kind = notice.kind, .application = application.number, .seal = {}}, body_of(notice, application, policy, now), channels, now);
}

}  // namespace seald
