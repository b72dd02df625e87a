// An application to use a seal (用印申請), the decisions on it, and where it stands.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/approval.hpp"
#include "daemon/model/seal.hpp"

namespace seald {

enum class ApplicationState { submitted, reviewed, approved, partly_sealed, sealed, rejected, returned, withdrawn, expired };
std::string_view to_string(ApplicationState state);  // "partly-sealed"
Result<ApplicationState> decode_application_state(std::string_view text);
bool is_open(ApplicationState state);  // submitted, reviewed, approved or partly sealed

struct Document {
    Digest digest;
    std::string name;                  // file name, for people
    std::string media_type;            // may be empty
    std::optional<std::uint64_t> size; // bytes, as the applicant said
};

// A decision as handed in: the signed token itself, and what was read from it at that time.
struct RecordedDecision {
    std::string jws;
    PersonId approver;
    StepName step;
    Decision decision = Decision::approve;
    std::string reason;
    Timestamp decided_at{};
    Timestamp expires_at{};
    std::optional<PersonId> acting_for = {};     // in whose place
    std::optional<Timestamp> revoked_at = {};    // it counts no more
    unsigned round = 1;                          // which handing-in of the application it was about
};

// Instead of documents: N uses of the seal until then (授權).
struct Quota {
    unsigned uses = 0;
    Timestamp until{};
};

struct Application {
    ApplicationNumber number;
    SealName seal;
    PersonId applicant;
    std::optional<Department> department;
    std::string purpose;
    std::string type;                  // document type, e.g. "sales contract"
    SignatureFormat format = SignatureFormat::cms;
    std::vector<Document> documents;
    ApplicationState state = ApplicationState::submitted;
    Timestamp submitted_at{};
    std::vector<RecordedDecision> decisions;      // of this round
    std::optional<Quota> quota = {};              // then there are no documents
    unsigned round = 1;                           // one more each time it is handed in again
    std::vector<RecordedDecision> earlier = {};   // decisions of earlier rounds: its history
};

}  // namespace seald
