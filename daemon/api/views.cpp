#include "daemon/api/views.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_from.hpp>

#include "daemon/policy/proof_check.hpp"

namespace seald::views {
namespace {

namespace json = boost::json;

template <class T>
json::value or_null(const std::optional<T>& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

json::value text_or_null(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

json::object digest(const Digest& digest) { return {{"alg", to_string(digest.algorithm())}, {"value", digest.hex()}}; }

std::string name_of(const PersonId& id, const Policy& policy) {
    const Person* person = policy.find_person(id);
    return person != nullptr ? person->name : id.str();
}

json::object decision(const RecordedDecision& decision, const Policy& policy) {
    return {{"approver", decision.approver.str()},
            {"approver_name", name_of(decision.approver, policy)},
            {"step", decision.step.str()},
            {"decision", to_string(decision.decision)},
            {"reason", text_or_null(decision.reason)},
            {"decided_at", to_rfc3339(decision.decided_at)},
            {"expires_at", to_rfc3339(decision.expires_at)},
            {"round", decision.round},
            {"acting_for", decision.acting_for ? json::value(decision.acting_for->str()) : json::value(nullptr)},
            {"revoked_at", decision.revoked_at ? json::value(to_rfc3339(*decision.revoked_at)) : json::value(nullptr)},
            {"approval", decision.jws}};
}

json::object document(const Document& document, bool sealed, bool stored) {
    return {{"digest", digest(document.digest)},
            {"name", document.name},
            {"media_type", text_or_null(document.media_type)},
            {"size", or_null(document.size)},
            {"sealed", sealed},
            {"stored", stored}};
}

json::value quota(const ApplicationView& view) {
    const auto& quota = view.application.quota;
    if (!quota) return nullptr;
    return json::object{{"uses", quota->uses}, {"used", view.uses}, {"until", to_rfc3339(quota->until)}};
}

}  // namespace

std::string_view pin_word(token_protocol::PinState pin) {
    using enum token_protocol::PinState;
    switch (pin) {
        case ok: return "ok";
        case count_low: return "count-low";
        case final_try: return "final-try";
        case locked: return "locked";
    }
    return "unknown";
}

json::object step(const StepView& view) {
    constexpr std::size_t most_named = 50;
    std::vector<std::string> who(view.who.begin(), view.who.begin() + static_cast<std::ptrdiff_t>(std::min(view.who.size(), most_named)));
    if (who.size() < view.who.size()) who.push_back("and " + std::to_string(view.who.size() - who.size()) + " more");
    return {{"name", view.open.step.name.str()},
            {"role", to_string(view.open.step.role)},
            {"still_needed", view.open.still_needed},
            {"who", json::value_from(who)}};
}

json::object prospect(const Prospect& prospect) {
    json::array objections, steps;
    for (const auto& each : prospect.objections) objections.push_back(objection(each));
    for (const auto& each : prospect.steps) steps.push_back(step(each));
    return {{"permitted", objections.empty()}, {"objections", std::move(objections)}, {"steps", std::move(steps)}};
}

json::object training(const TrainingRecord& record, Timestamp now) {
    return {{"person", record.person.str()},
            {"course", record.course},
            {"until", to_rfc3339(record.until)},
            {"valid", now < record.until},
            {"recorded_by", record.recorded_by.str()},
            {"recorded_at", to_rfc3339(record.recorded_at)}};
}

json::value lease(const std::optional<Lease>& lease) {
    if (!lease) return nullptr;
    const auto& terms = lease->terms();
    json::object view{{"by", terms.by}, {"since", to_rfc3339(terms.since)}, {"until", nullptr}, {"uses", nullptr}, {"used", lease->used()}};
    if (const auto until = lease->until()) view["until"] = to_rfc3339(*until);
    if (terms.uses) view["uses"] = *terms.uses;
    return view;
}

json::object token(const Token& token) {
    const auto& info = token.info();
    json::value advice = nullptr;
    if (auto ready = token.check_ready(); !ready) advice = ready.error().message;
    return {{"name", token.name().str()},
            {"present", info.present},
            {"unlocked", info.logged_in},
            {"state", token.state_word()},
            {"label", info.label},
            {"serial", info.serial},
            {"manufacturer", info.manufacturer},
            {"model", info.model},
            {"firmware", info.firmware},
            {"pin", pin_word(info.pin)},
            {"lease", lease(token.lease())},
            {"advice", std::move(advice)}};
}

json::object application(const ApplicationView& view, const Policy& policy) {
    const Application& application = view.application;
    json::array documents;
    for (std::size_t i = 0; i < application.documents.size(); ++i)
        documents.push_back(document(application.documents[i], view.sealed[i], view.stored[i]));
    json::array decisions;
    for (const auto& each : application.earlier) decisions.push_back(decision(each, policy));
    for (const auto& each : application.decisions) decisions.push_back(decision(each, policy));
    json::array steps;
    for (const auto& each : view.open_steps) steps.push_back(step(each));
    json::value department = nullptr;
    if (application.department) department = application.department->str();
    return {{"number", application.number.str()},
            {"seal", application.seal.str()},
            {"applicant", application.applicant.str()},
            {"applicant_name", name_of(application.applicant, policy)},
            {"department", std::move(department)},
            {"purpose", application.purpose},
            {"type", application.type},
            {"format", to_string(application.format)},
            {"state", to_string(application.state)},
            {"submitted_at", to_rfc3339(application.submitted_at)},
            {"documents", std::move(documents)},
            {"decisions", std::move(decisions)},
            {"round", application.round},
            {"quota", quota(view)},
            {"open_step", steps.empty() ? json::value(nullptr) : steps.front()},
            {"open_steps", std::move(steps)},
            {"may_decide", view.may_decide()},
            {"approval_ttl_seconds", view.approval_ttl.count()},
            {"daemon", policy.daemon_id}};
}

json::object objection(const Error& error) {
    return {{"rule", text_or_null(error.rule)}, {"message", error.message}, {"missing", json::value_from(error.missing)}};
}

json::object entry(const StoredEntry& stored) {
    boost::system::error_code failure;
    json::value parsed = json::parse(stored.entry.body, failure);
    if (failure) parsed = nullptr;  // the raw bytes still say what is there
    return {{"index", stored.index}, {"entry", std::move(parsed)}, {"raw", encode_base64(as_bytes(stored.entry.body))}};
}

json::object caller(const Caller& caller, const Policy& policy) {
    json::array roles;
    for (Role role : caller.roles()) roles.push_back(json::value(to_string(role)));
    json::value department = nullptr;
    if (caller.department()) department = caller.department()->str();
    json::value thumbprint = nullptr;
    if (const PublicKey* key = find_key(caller, policy)) thumbprint = key->thumbprint();
    const Peer& peer = caller.peer();
    json::value uid = nullptr, certificate = nullptr;
    if (peer.certificate)
        certificate = peer.certificate->fingerprint.hex();
    else
        uid = peer.uid;
    return {{"id", caller.id().str()},
            {"kind", caller.kind() == Caller::Kind::person ? "person" : "application-client"},
            {"name", caller.name()},
            {"department", std::move(department)},
            {"roles", std::move(roles)},
            {"uid", std::move(uid)},
            {"certificate_sha256", std::move(certificate)},
            {"approval_key_thumbprint", std::move(thumbprint)},
            {"daemon", policy.daemon_id}};
}

}  // namespace seald::views
