// An application to use a seal as the daemon tells it, read strictly enough to sign a decision on it: what is shown to
// the approver is what goes into the approval.
#pragma once
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/approval.hpp"

namespace seald {

struct ApplicationView {
    struct Document {
        Digest digest;
        std::string name;
        bool sealed;
        bool stored;  // the daemon holds its content
    };
    struct Decided {
        std::string step, decision, by, at, reason;
        std::int64_t round;
        bool revoked;
    };
    struct Quota {  // instead of documents
        unsigned uses, used;
        Timestamp until;
    };
    struct OpenStep {
        StepName name;
        std::string role;
        std::int64_t still_needed;
        std::vector<std::string> who;
    };
    ApplicationNumber number;
    SealName seal;
    PersonId applicant;
    std::string applicant_name, department, purpose, type, format, state, submitted_at, daemon;
    std::vector<Document> documents;
    std::vector<Decided> decisions;
    std::optional<OpenStep> open_step;
    bool may_decide;
    seconds approval_ttl;
    std::int64_t round;
    std::optional<Quota> quota;
};

Result<ApplicationView> decode_application(const boost::json::value& answer);
std::string describe(const ApplicationView& application);       // everything, for people
std::string describe_next(const ApplicationView& application);  // who decides next, one line
std::string application_listing(const std::vector<ApplicationView>& applications);

}  // namespace seald
