// Reads an application out of the store and says where it stands now.
#pragma once
#include "daemon/applications/application_view.hpp"
#include "daemon/model/caller.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald {

Error no_such_application(const ApplicationNumber& number);
Result<Application> read_application(Database& database, const ApplicationNumber& number);  // not_found
Result<Seal> read_seal(Database& database, const SealName& name);                          // not_found

// As this person sees it (nobody: the daemon itself), by this policy, at this moment.
Result<ApplicationView> view(Database& database, Application application, const std::optional<PersonId>& viewer, const Policy& policy, Timestamp now);

}  // namespace seald
