#include "daemon/applications/application_writing.hpp"

#include "daemon/ledger/caller_facts.hpp"
#include "daemon/ledger/entry_fields.hpp"
#include "daemon/policy/approval_check.hpp"
#include "daemon/store/application_table.hpp"
#include "daemon/store/approval_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;

json::object fields_of(const Application& application, const Hand& hand) {
    json::object fields{{"caller", entry_fields::caller(hand.caller)}, {"application", application.number.str()}, {"seal", application.seal.str()}};
    if (!hand.policy.sha256.empty()) fields["policy"] = hand.policy.sha256;
    return fields;
}

json::object fields_of_content(const Application& application, const Hand& hand) {
    auto fields = fields_of(application, hand);
    if (application.department) fields["department"] = application.department->str();
    fields["purpose"] = application.purpose;
    fields["type"] = application.type;
    fields["format"] = to_string(application.format);
    fields["round"] = application.round;
    if (application.quota) fields["quota"] = json::object{{"uses", application.quota->uses}, {"until", to_rfc3339(application.quota->until)}};
    if (!application.quota) fields["documents"] = entry_fields::documents(application.documents);
    return fields;
}

Result<void> check_acceptable(Database& database, const NewApplication& wanted, const Seal& seal, const Hand& hand) {
    auto objections = find_objections(database, wanted, seal, hand);
    if (!objections) return objections.error();
    if (!objections->empty()) return std::move(objections->front());
    return {};
}

// Where the application stands after this change, for its entry.
Result<void> name_state(Database& database, const Application& application, const Hand& hand, json::object& fields) {
    auto now = view(database, application, hand.caller.id(), hand.policy, hand.now);
    if (!now) return now.error();
    fields["application_state"] = to_string(now->application.state);
    return {};
}

Result<void> close(Database& database, Application& application, ApplicationState as) {
    auto set = tables::set_application_state(database, application.number, ApplicationState::submitted, as);
    if (!set) return set.error();
    application.state = as;
    return {};
}

Result<Application> write_end(Transaction& transaction, Application application, const std::string& reason, const Hand& hand) {
    if (auto closed = close(transaction.database(), application, ApplicationState::withdrawn); !closed) return closed.error();
    auto fields = fields_of(application, hand);
    if (!reason.empty()) fields["reason"] = reason;
    fields["application_state"] = "withdrawn";
    auto index = transaction.append(Entry::make("application-withdrawn", hand.now, fields));
    if (!index) return index.error();
    return application;
}

}  // namespace

Application as_application(const NewApplication& wanted, const ApplicationNumber& number, const Hand& hand) {
    return {.number = number,
            .seal = wanted.seal,
            .applicant = hand.caller.id(),
            .department = hand.caller.department(),
            .purpose = wanted.purpose,
            .type = wanted.type,
            .format = wanted.format,
            .documents = wanted.documents,
            .submitted_at = hand.now,
            .decisions = {},
            .quota = wanted.quota};
}

Result<std::vector<Error>> find_objections(Database& database, const NewApplication& wanted, const Seal& seal, const Hand& hand) {
    auto facts = read_caller_facts(database, seal, hand.caller.id(), hand.policy, hand.now);
    if (!facts) return facts.error();
    const auto application = as_application(wanted, ApplicationNumber::make(year_of(hand.now), 1), hand);
    return application_objections(hand.caller, application, seal, *facts, hand.policy, hand.now);
}

Result<Application> write_application(Transaction& transaction, const NewApplication& wanted, const Hand& hand) {
    auto& database = transaction.database();
    auto seal = read_seal(database, wanted.seal);
    if (!seal) return seal.error();
    if (auto acceptable = check_acceptable(database, wanted, *seal, hand); !acceptable) return acceptable.error();
    auto number = tables::next_application_number(database, year_of(hand.now));
    if (!number) return number.error();
    auto application = as_application(wanted, *number, hand);
    if (auto inserted = tables::insert_application(database, application); !inserted) return inserted.error();
    auto index = transaction.append(Entry::make("application-submitted", hand.now, fields_of_content(application, hand)));
    if (!index) return index.error();
    return application;
}

Result<Application> write_correction(Transaction& transaction, const ApplicationNumber& number, const NewApplication& wanted, const Hand& hand) {
    auto& database = transaction.database();
    auto returned = read_application(database, number);
    if (!returned) return returned.error();
    if (returned->applicant != hand.caller.id()) return no_such_application(number);
    if (returned->seal != wanted.seal) return refusal("application-of-another-seal", number.str() + " is for seal " + returned->seal.str());
    auto seal = read_seal(database, wanted.seal);
    if (!seal) return seal.error();
    if (auto acceptable = check_acceptable(database, wanted, *seal, hand); !acceptable) return acceptable.error();
    auto application = as_application(wanted, number, hand);
    application.submitted_at = returned->submitted_at;
    application.round = returned->round + 1;
    application.earlier = std::move(returned->earlier);
    application.earlier.insert(application.earlier.end(), returned->decisions.begin(), returned->decisions.end());
    if (auto changed = tables::hand_in_again(database, application); !changed) return changed.error();
    auto index = transaction.append(Entry::make("application-handed-in-again", hand.now, fields_of_content(application, hand)));
    if (!index) return index.error();
    return application;
}

Result<Application> write_decision(Transaction& transaction, const ApplicationNumber& number, const std::string& jws, const Hand& hand) {
    auto& database = transaction.database();
    auto application = read_application(database, number);
    if (!application) return application.error();
    auto seal = read_seal(database, application->seal);
    if (!seal) return seal.error();
    auto decision = judge_decision(hand.caller, jws, *application, *seal, hand.policy, hand.now);
    if (!decision) return decision.error();
    auto approval = read_unverified_approval(jws);
    if (!approval) return approval.error();
    const Digest token_digest = Digest::of(DigestAlgorithm::sha256, as_bytes(jws));
    if (auto known = tables::remember_approval(database, approval->id, token_digest, approval->expires_at); !known) return known.error();

    auto fields = fields_of(*application, hand);
    fields["step"] = decision->step.str();
    fields["decision"] = to_string(decision->decision);
    if (decision->acting_for) fields["acting_for"] = decision->acting_for->str();
    if (!decision->reason.empty()) fields["reason"] = decision->reason;
    fields["approval"] = jws;  // the signed decision itself, and its key: it can be verified again from the ledger alone
    if (const Person* approver = hand.policy.find_person(hand.caller.id()); approver != nullptr && approver->approval_key)
        fields["approval_key"] = approver->approval_key->to_pem();
    application->decisions.push_back(*decision);
    if (auto named = name_state(database, *application, hand, fields); !named) return named.error();
    auto index = transaction.append(Entry::make("decision", hand.now, fields));
    if (!index) return index.error();
    if (auto added = tables::add_decision(database, number, *decision, approval->id, *index); !added) return added.error();

    if (decision->decision == Decision::approve) return application;
    const auto as = decision->decision == Decision::reject ? ApplicationState::rejected : ApplicationState::returned;
    if (auto closed = close(database, *application, as); !closed) return closed.error();
    return application;
}

Result<Application> write_revocation(Transaction& transaction, const ApplicationNumber& number, const std::string& reason, const Hand& hand) {
    auto& database = transaction.database();
    auto application = read_application(database, number);
    if (!application) return application.error();
    auto now = view(database, *application, hand.caller.id(), hand.policy, hand.now);
    if (!now) return now.error();
    auto decision = find_revocable(*application, hand.caller.id(), now->application.state);
    if (!decision) return decision.error();
    auto approval = read_unverified_approval((*decision)->jws);
    if (!approval) return approval.error();
    if (auto revoked = tables::revoke_approval(database, approval->id, hand.now); !revoked) return revoked.error();
    if (auto revoked = tables::revoke_decision(database, number, approval->id, hand.now); !revoked) return revoked.error();

    auto after = read_application(database, number);
    if (!after) return after.error();
    auto fields = fields_of(*after, hand);
    fields["step"] = (*decision)->step.str();
    fields["revoked"] = approval->id;
    fields["reason"] = reason;
    if (auto named = name_state(database, *after, hand, fields); !named) return named.error();
    auto index = transaction.append(Entry::make("decision-revoked", hand.now, fields));
    if (!index) return index.error();
    return after;
}

Result<Application> write_withdrawal(Transaction& transaction, const ApplicationNumber& number, const std::string& reason, const Hand& hand) {
    auto application = read_application(transaction.database(), number);
    if (!application) return application.error();
    if (application->applicant != hand.caller.id())
        return refusal("application-of-another", "only " + application->applicant.str() + ", who applied, can withdraw " + number.str(),
                       {application->applicant.str()});
    const auto now = view(transaction.database(), *application, hand.caller.id(), hand.policy, hand.now);
    if (!now) return now.error();
    if (const auto state = now->application.state; !is_open(state))
        return conflict("application-closed", number.str() + " is " + std::string(to_string(state)) + " already");
    return write_end(transaction, std::move(*application), reason, hand);
}

Result<Application> write_voiding(Transaction& transaction, const ApplicationNumber& number, const std::string& reason, const Hand& hand) {
    auto application = read_application(transaction.database(), number);
    if (!application) return application.error();
    return write_end(transaction, std::move(*application), reason, hand);
}

}  // namespace seald
