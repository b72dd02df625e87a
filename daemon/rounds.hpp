// What the daemon does by itself, again and again. A failure is said in the log, and tried again; each goes on by itself, so that
// one that hangs keeps no other waiting.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "core/error.hpp"

namespace seald {

class ActDesk;
class BackupDesk;
class CertificateNotices;
class Deadlines;
class Messenger;
class Reconciliation;
class Rotation;
class ScheduledBackups;
class SealNotices;
class Witnessing;

boost::asio::awaitable<void> keep_deadlines(Deadlines& deadlines);
boost::asio::awaitable<void> keep_notices(Messenger& messenger);
boost::asio::awaitable<void> keep_acts(ActDesk& acts);  // ends those that nobody confirmed in time
boost::asio::awaitable<void> keep_people_told(SealNotices& notices);
boost::asio::awaitable<void> keep_backups(ScheduledBackups& backups);
boost::asio::awaitable<void> keep_backup_desk(BackupDesk& desk);  // free of what was given up
boost::asio::awaitable<void> keep_cut_overs(Rotation& rotation);  // that were planned
boost::asio::awaitable<void> keep_counts(Reconciliation& reconciliation);  // of signatures, against the ledger
boost::asio::awaitable<void> keep_certificates(CertificateNotices& notices);
// Ends only when a witness has seen another ledger.
boost::asio::awaitable<Error> keep_witnesses(Witnessing& witnessing);

}  // namespace seald
