#include "daemon/policy/user_rules.hpp"

#include <algorithm>

namespace seald {

namespace {

bool is_user(const Caller& caller, const SealPolicy& policy) {
    return std::any_of(policy.users.begin(), policy.users.end(), [&](const SealUser& user) {
        if (const auto* id = std::get_if<PersonId>(&user)) return *id == caller.id();
        return caller.department() && std::get<Department>(user) == *caller.department();
    });
}

std::string list(const std::set<SignatureFormat>& formats) {
    std::string words;
    for (const SignatureFormat format : formats) {
        words += (words.empty() ? "" : ", ") + std::string(to_string(format));
    }
    return words;
}

// A policy that asks nobody is not a permission: the configuration refuses it, and so does this.
bool demands_approval(const SealPolicy& policy) {
    return !policy.steps.empty() &&
           std::all_of(policy.steps.begin(), policy.steps.end(), [](const Step& step) { return step.count > 0; });
}

// 三權分立: who manages or audits seals never uses one.
void object_to_roles(std::vector<Error>& objections, const Caller& caller) {
    if (caller.has(Role::administrator)) {
        objections.push_back(refusal("administrator-cannot-use-seals",
                                     "an administrator manages seals and never uses one: an applicant must ask"));
    }
    if (caller.has(Role::auditor)) {
        objections.push_back(
            refusal("auditor-cannot-use-seals", "an auditor audits seals and never uses one: an applicant must ask"));
    }
    if (caller.kind() == Caller::Kind::person && !caller.has(Role::applicant)) {
        objections.push_back(
            refusal("not-an-applicant", caller.id().str() + " needs the role applicant to ask for a seal's use"));
    }
}

}  // namespace

std::vector<Error> user_objections(const Caller& caller, const Seal& seal, SignatureFormat format,
                                   const Policy& policy) {
    std::vector<Error> objections;
    object_to_roles(objections, caller);
    const std::string name = "seal " + seal.name.str();
    const SealPolicy* rules = policy.find_seal_policy(seal.name, seal.kind);
    if (rules == nullptr || !demands_approval(*rules)) {
        objections.push_back(refusal("no-policy", "no policy with approval steps covers " + name +
                                                      ": the configuration needs [seal." + seal.name.str() +
                                                      "] or [seal." + std::string(to_string(seal.kind)) + "]"));
        return objections;
    }
    if (!is_user(caller, *rules)) {
        objections.push_back(refusal("caller-not-user", caller.id().str() + " is not among the users of " + name));
    }
    if (!rules->formats.contains(format)) {
        objections.push_back(refusal("format-not-allowed", "the policy of " + name + " does not allow the format " +
                                                               std::string(to_string(format)) +
                                                               "; allowed: " + list(rules->formats)));
    }
    return objections;
}

}  // namespace seald
