// Who is told what about an application: those who may take its open steps that it waits for them, its applicant what became
// of it. Written into the outbox in the transaction of the change itself.
#pragma once
#include "daemon/applications/application_writing.hpp"

namespace seald {

enum class Told { change, reminder };

// Nothing where the policy says that nobody is told.
Result<void> queue_notice(Database& database, const ApplicationView& after, const Policy& policy, Timestamp now, Told why);

}  // namespace seald
