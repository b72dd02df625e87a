#include "daemon/policy/approval_check.hpp"

#include <algorithm>

#include "daemon/policy/issuer_rules.hpp"

namespace seald {

namespace {

std::string approval_by(const Approval& approval) { return "the approval by " + approval.issuer.str(); }

// RFC 7515 section 4.1.4: `kid` is a hint; here it must not contradict the enrolled key.
Result<std::string> check_signature(const UnverifiedJws& jws, const Approval& approval, const Policy& policy) {
    const Person* issuer = policy.find_person(approval.issuer);
    if (issuer == nullptr || !issuer->approval_key) {
        return refusal("approval-issuer-unknown",
                       approval.issuer.str() + " is not enrolled as a person with an approval key");
    }
    std::string thumbprint = issuer->approval_key->thumbprint();
    if (!jws.kid.empty() && jws.kid != thumbprint) {
        return refusal("approval-signature",
                       approval_by(approval) + " names another key than the one enrolled for this person");
    }
    if (!verify_jws(jws, *issuer->approval_key)) {
        return refusal("approval-signature",
                       approval_by(approval) + " is not signed with the key enrolled for this person");
    }
    return thumbprint;
}

Result<void> check_binding(const Approval& approval, const ApprovalTerms& terms) {
    if (approval.audience != terms.policy.daemon_id) {
        return refusal("approval-audience",
                       approval_by(approval) + " is for another daemon than " + terms.policy.daemon_id);
    }
    if (approval.seal != terms.seal) {
        return refusal("approval-seal",
                       approval_by(approval) + " is for seal " + approval.seal.str() + ", not " + terms.seal.str());
    }
    if (approval.applicant != terms.applicant.id) {
        return refusal("approval-applicant",
                       approval_by(approval) + " is for another applicant than " + terms.applicant.id.str());
    }
    if (approval.application != terms.application) {
        return refusal(
            "approval-application",
            approval_by(approval) + (terms.application ? " is not bound to application " + terms.application->str()
                                                       : " is bound to an application: use it through that one"));
    }
    if (approval.quota_uses && !terms.rules.quota) {
        return refusal("approval-quota-not-allowed",
                       approval_by(approval) + " grants a number of uses: the policy of seal " + terms.seal.str() +
                           " counts only approvals that list documents");
    }
    return {};
}

Result<void> check_time(const Approval& approval, const ApprovalTerms& terms) {
    const Timestamp begin = std::max(approval.issued_at, approval.not_before);
    if (terms.now < begin) {
        return refusal("approval-not-yet-valid", approval_by(approval) + " is valid only from " + to_rfc3339(begin));
    }
    // RFC 7519 section 4.1.4: not accepted on or after `exp`.
    if (terms.now >= approval.expires_at) {
        return refusal("approval-expired", approval_by(approval) + " expired at " + to_rfc3339(approval.expires_at) +
                                               ": a new one is needed");
    }
    // Written so that it cannot overflow: issued_at is in the past by now.
    const seconds longest = approval.quota_uses ? terms.rules.quota_ttl : terms.rules.approval_ttl;
    if (approval.expires_at > approval.issued_at + longest) {
        return refusal("approval-too-long",
                       approval_by(approval) + " is valid for longer than the policy's " + to_string(longest));
    }
    return {};
}

// Why somebody has no place at a step.
Error not_entitled(const Person& issuer, const Step& step, const Applicant& applicant, bool by_tokens) {
    if (issuer.outside && !by_tokens)
        return refusal("approval-outside", issuer.id.str() + " is an outside system: it approves by tokens handed in with the request, not applications");
    if (issuer.id == applicant.id)
        return refusal("approval-self", issuer.id.str() + " applied and cannot decide on the same application");
    if (!issuer.roles.contains(step.role))
        return refusal("approval-role", issuer.id.str() + " has not the role " + std::string(to_string(step.role)) +
                                            " that step " + step.name.str() + " demands, and acts for nobody who has");
    if (!step.departments.empty() && (!issuer.department || !step.departments.contains(*issuer.department)))
        return refusal("approval-department", issuer.id.str() + " belongs to none of the departments that take step " + step.name.str());
    return refusal("approval-department", issuer.id.str() + " does not review the department of " + applicant.id.str());
}

Result<PersonId> find_seat(const Approval& approval, const ApprovalTerms& terms) {
    const Step* step = find_step(terms.rules, approval.step);
    if (step == nullptr) {
        return refusal("approval-step-unknown", approval_by(approval) + " is for step " + approval.step.str() +
                                                    ", which the policy does not have");
    }
    const Person& issuer = *terms.policy.find_person(approval.issuer);
    const StepContext context = terms.context();
    auto seat = seat_of(issuer, *step, context);
    // Who acts for somebody does so while that lasts: not with a decision that he dates back, either.
    StepContext then = context;
    then.now = approval.issued_at;
    if (seat && *seat != issuer.id && seat_of(issuer, *step, then) != seat) seat.reset();
    if (!seat) return not_entitled(issuer, *step, terms.applicant, context.by_tokens);
    return std::move(*seat);
}

}  // namespace

Result<CheckedApproval> check_approval(std::string_view jws, const ApprovalTerms& terms) {
    const auto token = decode_jws(jws);
    if (!token) return token.error();
    if (token->typ != approval_typ) {
        return refusal("approval-type", "the token's typ must be " + std::string(approval_typ));
    }
    auto approval = decode_unverified_approval(*token);
    if (!approval) return approval.error();
    auto thumbprint = check_signature(*token, *approval, terms.policy);
    if (!thumbprint) return thumbprint.error();
    if (auto bound = check_binding(*approval, terms); !bound) return bound.error();
    if (auto in_time = check_time(*approval, terms); !in_time) return in_time.error();
    if (auto within = check_issuer_limits(*approval, terms); !within) return within.error();
    auto seat = find_seat(*approval, terms);
    if (!seat) return seat.error();
    return CheckedApproval{std::move(*approval), Digest::of(DigestAlgorithm::sha256, as_bytes(jws)),
                           std::move(*thumbprint), std::move(*seat)};
}

Result<Approval> read_unverified_approval(std::string_view jws) {
    const auto token = decode_jws(jws);
    if (!token) return token.error();
    return decode_unverified_approval(*token);
}

const Step* find_step(const SealPolicy& rules, const StepName& name) {
    const auto found =
        std::find_if(rules.steps.begin(), rules.steps.end(), [&](const Step& step) { return step.name == name; });
    return found == rules.steps.end() ? nullptr : &*found;
}

unsigned times_listed(const Approval& approval, const Digest& digest) {
    return static_cast<unsigned>(
        std::count_if(approval.documents.begin(), approval.documents.end(),
                      [&](const ApprovedDocument& listed) { return listed.digest == digest; }));
}

}  // namespace seald
