// A small organisation with real keys, for tests of the rules: two reviewers of sales, two approvers, and everybody who
// must be refused. Approvals are really signed; callers are really identified.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "daemon/identity/identifier.hpp"
#include "daemon/policy/decide.hpp"
#include "daemon/policy/permit.hpp"
#include "tests/unit/model/real_seal.hpp"

namespace seald::test {

inline PersonId id(std::string_view text) { return PersonId::decode(text).value(); }
inline Department department(std::string_view text) { return Department::decode(text).value(); }
inline StepName step(std::string_view text) { return StepName::decode(text).value(); }
inline Digest digest(std::string_view content) { return Digest::of(DigestAlgorithm::sha256, as_bytes(content)); }
inline Document document(std::string_view content) { return {digest(content), std::string(content) + ".pdf", {}, {}}; }

// One P-256 key per person, made once per test program.
inline const PrivateKey& key_of(const std::string& person) {
    static std::map<std::string, PrivateKey> keys;
    const auto found = keys.find(person);
    if (found != keys.end()) return found->second;
    return keys.emplace(person, PrivateKey::generate(KeyAlgorithm::ec_p256).value()).first->second;
}

struct Office {
    Policy policy;
    Seal seal = real_seal();
    Timestamp now = at("2026-11-23T08:00:00Z");
    unsigned next_jti = 1;

    Office() {
        policy.daemon_id = "seald.example.org";
        enrol("li.na", "李娜", "sales", 2001, {Role::applicant});
        enrol("wang.fang", "王芳", "sales", 2002, {Role::reviewer}, {"sales"});
        enrol("li.si", "李四", "sales", 2003, {Role::reviewer}, {"sales"});
        enrol("he.hua", "何花", "personnel", 2004, {Role::reviewer}, {"personnel"});
        enrol("zhang.wei", "張偉", "administration", 2005, {Role::approver});
        enrol("liu.yang", "劉洋", "administration", 2006, {Role::approver});
        enrol("qian.duo", "錢多", "sales", 2007, {Role::reviewer, Role::approver}, {"sales"});
        enrol("wu.di", "吳迪", "sales", 2008, {Role::applicant, Role::reviewer, Role::approver}, {"sales"});
        enrol("chen.jing", "陳靜", "sales", 2009, {Role::custodian});
        enrol("zhao.min", "趙敏", "sales", 2010, {Role::applicant, Role::administrator});
        enrol("sun.li", "孫麗", "sales", 2011, {Role::applicant, Role::auditor});
        enrol("zhou.tao", "周濤", "personnel", 2012, {Role::applicant});
        policy.application_clients.emplace(id("erp"), ApplicationClient{id("erp"), 3001, department("sales")});
        policy.application_clients.emplace(id("crm"), ApplicationClient{id("crm"), 3002, {}});
        policy.seals.emplace("contract", SealPolicy{.users = {department("sales"), id("erp"), id("crm")},
                                                    .steps = {{step("department-review"), Role::reviewer, 1},
                                                              {step("administration"), Role::approver, 1}},
                                                    .formats = {SignatureFormat::cms, SignatureFormat::raw},
                                                    .approval_ttl = std::chrono::hours(72),
                                                    .reseal = Reseal::refuse});
    }

    void enrol(std::string who, std::string name, std::string_view of, uid_t uid, std::set<Role> roles,
               std::vector<std::string_view> reviews = {}) {
        std::set<Department> scope;
        for (const auto reviewed : reviews) scope.insert(department(reviewed));
        policy.persons.emplace(id(who), Person{id(who), std::move(name), department(of), uid, std::move(roles),
                                               key_of(who).public_key(), std::move(scope)});
    }

    SealPolicy& rules() { return policy.seals.at("contract"); }
    Person& person(std::string_view who) { return policy.persons.at(id(who)); }

    Caller caller(std::string_view who) const {
        uid_t uid = 0;
        if (const Person* enrolled = policy.find_person(id(who))) {
            uid = *enrolled->uid;
        } else {
            uid = *policy.application_clients.at(id(who)).uid;
        }
        return Identifier(policy).identify({.uid = uid, .gid = 1, .pid = 1}).value();
    }

    // What a well-made approval says: one hour old, valid for a day.
    Approval approval(std::string_view issuer, std::string_view of_step,
                      const std::vector<std::string>& contents = {"a"}, std::string_view applicant = "li.na") {
        std::vector<ApprovedDocument> documents;
        for (const auto& content : contents) documents.push_back({digest(content), content + ".pdf"});
        const Timestamp issued = now - std::chrono::hours(1);
        return {.issuer = id(issuer),
                .audience = policy.daemon_id,
                .applicant = id(applicant),
                .id = "jti-" + std::to_string(next_jti++),
                .issued_at = issued,
                .not_before = issued,
                .expires_at = issued + std::chrono::hours(24),
                .application = {},
                .seal = seal.name,
                .step = step(of_step),
                .decision = Decision::approve,
                .documents = std::move(documents),
                .quota_uses = {},
                .purpose = {},
                .reason = {}};
    }

    static std::string sign(const Approval& approval) {
        return sign_approval(approval, key_of(approval.issuer.str())).value();
    }
    std::string token(std::string_view issuer, std::string_view of_step,
                      const std::vector<std::string>& contents = {"a"}, std::string_view applicant = "li.na") {
        return sign(approval(issuer, of_step, contents, applicant));
    }

    // A request that brings tokens of an outside system.
    SealRequest request(std::vector<std::string> approvals, const std::vector<std::string>& contents = {"a"}) const {
        SealRequest made{.request_id = "r-1",
                         .seal = seal.name,
                         .application = {},
                         .approvals = std::move(approvals),
                         .documents = {},
                         .format = SignatureFormat::cms,
                         .purpose = {}};
        for (const auto& content : contents) made.documents.push_back(document(content));
        return made;
    }
    std::vector<std::string> both_tokens(const std::vector<std::string>& contents = {"a"},
                                         std::string_view applicant = "li.na") {
        return {token("wang.fang", "department-review", contents, applicant),
                token("zhang.wei", "administration", contents, applicant)};
    }

    Application application(const std::vector<std::string>& contents = {"a"},
                            std::string_view applicant = "li.na") const {
        Application made{.number = ApplicationNumber::make(2026, 1),
                         .seal = seal.name,
                         .applicant = id(applicant),
                         .department = department("sales"),
                         .purpose = "sign the sales contract",
                         .type = "sales contract",
                         .format = SignatureFormat::cms,
                         .documents = {},
                         .state = ApplicationState::submitted,
                         .submitted_at = now - std::chrono::hours(2),
                         .decisions = {}};
        for (const auto& content : contents) made.documents.push_back(document(content));
        return made;
    }
    // An approval bound to this application, listing just its documents.
    Approval decision(const Application& on, std::string_view issuer, std::string_view of_step) {
        Approval made = approval(issuer, of_step, {}, on.applicant.str());
        made.application = on.number;
        for (const Document& listed : on.documents) made.documents.push_back({listed.digest, listed.name});
        return made;
    }
    // Judges a decision and records it, as the daemon does.
    void decide(Application& on, const Approval& made) {
        on.decisions.push_back(judge_decision(caller(made.issuer.str()), sign(made), on, seal, policy, now).value());
        on.state = application_state(on, rules(), 0, now);
    }
    Application approved(const std::vector<std::string>& contents = {"a"}) {
        Application made = application(contents);
        decide(made, decision(made, "wang.fang", "department-review"));
        decide(made, decision(made, "zhang.wei", "administration"));
        return made;
    }
    SealRequest request_for(const Application& on, const std::vector<std::string>& contents = {"a"}) const {
        SealRequest made = request({}, contents);
        made.application = on.number;
        return made;
    }

    Result<Permit> authorise(std::string_view who, const SealRequest& asked, std::optional<Application> on = {},
                             std::vector<SpentUse> spent = {}) const {
        return seald::authorise(caller(who), asked, {seal, std::move(on), std::move(spent)}, policy, now);
    }
};

}  // namespace seald::test
