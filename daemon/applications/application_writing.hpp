// What happens to an application, written down: each change with its ledger entry, in the caller's transaction.
#pragma once
#include "daemon/applications/application_reading.hpp"
#include "daemon/store/store.hpp"

namespace seald {

struct NewApplication {
    SealName seal;
    std::string purpose, type;
    SignatureFormat format = SignatureFormat::cms;
    std::vector<Document> documents;  // or a quota
    std::optional<Quota> quota = {};
};

// Who does it, by which policy, when.
struct Hand {
    const Caller& caller;
    const Policy& policy;
    Timestamp now;
};

Application as_application(const NewApplication& wanted, const ApplicationNumber& number, const Hand& hand);
Result<Application> write_application(Transaction& transaction, const NewApplication& wanted, const Hand& hand);
Result<Application> write_correction(Transaction& transaction, const ApplicationNumber& number, const NewApplication& wanted, const Hand& hand);
Result<Application> write_decision(Transaction& transaction, const ApplicationNumber& number, const std::string& jws, const Hand& hand);
Result<Application> write_revocation(Transaction& transaction, const ApplicationNumber& number, const std::string& reason, const Hand& hand);
Result<Application> write_withdrawal(Transaction& transaction, const ApplicationNumber& number, const std::string& reason, const Hand& hand);
// The application with all its approvals is void, whoever applied: its seal was stopped.
Result<Application> write_voiding(Transaction& transaction, const ApplicationNumber& number, const std::string& reason, const Hand& hand);

// Everything that stands against such an application.
Result<std::vector<Error>> find_objections(Database& database, const NewApplication& wanted, const Seal& seal, const Hand& hand);

}  // namespace seald
