#include "client/ledger_database.hpp"

#include <unistd.h>

#include "client/recorded_signatures.hpp"
#include "client/witness_choice.hpp"
#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/ledger_verify.hpp"
#include "daemon/store/opening_check.hpp"

namespace seald {
namespace {

constexpr std::int64_t first_version_with_witnesses = 2;

std::string number(std::uint64_t value) { return std::to_string(value); }

Check history_check(Database& database, const Checkpoint& latest, const Checkpoint& since) {
    const std::string earlier = "the checkpoint of " + number(since.size) + " entries";
    if (since.size > latest.size)
        return {"history", Outcome::failed, "rolled back: " + earlier + " was signed, now there are " + number(latest.size)};
    TileReader tiles(database);
    const auto root = root_hash(since.size, [&](unsigned level, std::uint64_t index) { return tiles.node(level, index); });
    if (!root || *root != since.root)
        return {"history", Outcome::failed, "rewritten: the first " + number(since.size) + " entries are not what " + earlier + " signed"};
    return {"history", Outcome::passed, "grown from " + earlier + ", nothing before it changed"};
}

std::string name_of(LedgerFault::Where where) {
    switch (where) {
        case LedgerFault::Where::entry: return "entry";
        case LedgerFault::Where::columns: return "search columns";
        case LedgerFault::Where::tile: return "tree";
        case LedgerFault::Where::checkpoint: return "checkpoint";
    }
    return "ledger";
}

LedgerVerification words_for(const LedgerReport& report) {
    LedgerVerification verification;
    for (const auto& fault : report.faults) {
        if (fault.where == LedgerFault::Where::entry && !verification.bad_entry) verification.bad_entry = fault.index;
        verification.checks.push_back({name_of(fault.where), Outcome::failed, fault.what});
    }
    if (!report.ok()) return verification;
    if (report.purge) verification.checks.push_back({"purged", Outcome::passed, report.purge->words() + "; their hashes are those that were signed"});
    verification.checks.push_back({"entries", Outcome::passed, number(report.entries) + ", each the one in the tree, found under its own columns"});
    verification.checks.push_back({"checkpoints", Outcome::passed, number(report.checkpoints) + ", each signed over the tree as it was then"});
    return verification;
}

Check index_check(const std::vector<std::string>& faults) {
    if (faults.empty()) return {"search indexes", Outcome::passed, "they lead to every entry"};
    return {"search indexes", Outcome::failed, faults.front() + (faults.size() > 1 ? ", and more" : "")};
}

Result<Checkpoint> open_latest(Database& database, const LedgerKeys& keys) {
    const auto stored = latest_checkpoint(database);
    if (!stored) return stored.error();
    auto checkpoint = keys.open(stored->note);
    if (!checkpoint) return verification_failed("the database's latest checkpoint: " + checkpoint.error().message);
    return checkpoint;
}

// The checkpoint that most witnesses cosigned, which has to be one of this very tree.
Result<Check> check_cosigned(Database& database, const Checkpoint& latest, const LedgerKeys& keys, const WitnessPolicy& policy) {
    const auto stored = witnessed_checkpoint(database, 0);
    if (!stored) return stored.error();
    const auto checkpoint = keys.open(stored->note);
    if (!checkpoint) return Check{"witnesses", Outcome::failed, checkpoint.error().message};
    auto history = history_check(database, latest, *checkpoint);
    if (history.outcome == Outcome::failed) return history;
    return check_witnesses(policy, stored->note);
}

// What cannot be read to its end is not what was written.
Error unreadable(const Error& error) {
    if (error.code != ErrorCode::unavailable || error.retry) return error;
    return verification_failed("the database cannot be read to its end: " + error.detail);
}

// A database with a write-ahead log is not read without the files that SQLite makes beside it.
Error cannot_open(const std::filesystem::path& file, const Error& error) {
    const auto folder = std::filesystem::absolute(file).parent_path();
    if (error.detail.empty() || ::access(folder.c_str(), W_OK) == 0) return error;  // not SQLite's, or not for this
    return unavailable("SQLite needs a folder it can write in: copy " + file.string() + " (and its -wal) into one, or verify a ledger export", false,
                       error.detail);
}

Result<std::unique_ptr<Database>> open_known(const std::filesystem::path& file) {
    auto database = Database::open(file, OpenMode::read_only);
    if (!database) return cannot_open(file, database.error());
    if (auto known = check_schema_to_verify(**database); !known) return cannot_open(file, known.error());
    return database;
}

}  // namespace

Result<std::vector<std::string>> read_database_key_changes(const std::filesystem::path& file) {
    auto database = open_known(file);
    if (!database) return database.error();
    const auto version = find_schema_version(**database);
    if (!version) return unreadable(version.error());
    if (*version < first_version_with_key_changes) return std::vector<std::string>();
    auto receipts = key_change_receipts(**database);
    if (!receipts) return unreadable(receipts.error());
    return receipts;
}

Result<std::vector<Check>> check_database_signatures(const std::filesystem::path& file) {
    auto database = open_known(file);
    if (!database) return database.error();
    RecordedSignatures signatures([&database](const std::string& digest) -> Result<std::optional<std::string>> {
        auto content = detached_field(**database, digest);
        if (!content || detached_digest(*content) != digest) return std::optional<std::string>();
        return std::optional(std::move(*content));
    });
    auto rows = (*database)->query("SELECT idx, body FROM entry WHERE kind IN ('intent', 'decision', 'act-confirmed', 'seal-destroyed')");
    for (;;) {
        const auto there = rows.step();
        if (!there) return unreadable(there.error());
        if (!*there) return signatures.verdict();
        signatures.look_at(rows.index(0), as_text(rows.blob_view(1)));
    }
}

Result<VerifiedDatabase> verify_database(const std::filesystem::path& file, const LedgerKeys& keys,
                                         const std::optional<Checkpoint>& since, const std::optional<WitnessPolicy>& policy) {
    auto database = open_known(file);
    if (!database) return database.error();
    auto latest = open_latest(**database, keys);
    if (!latest) return latest.error();
    const auto report = verify_ledger(**database, keys);
    if (!report) return unreadable(report.error());
    auto verification = words_for(*report);
    const auto indexes = check_indexes(**database);
    if (!indexes) return unreadable(indexes.error());
    verification.checks.push_back(index_check(*indexes));
    if (since) verification.checks.push_back(history_check(**database, *latest, *since));
    if (policy) {
        const auto version = find_schema_version(**database);
        if (!version) return unreadable(version.error());
        const auto witnessed = *version < first_version_with_witnesses
                                   ? Result<Check>(Check{"witnesses", Outcome::failed, "a database of schema version 1 has no cosignatures"})
                                   : check_cosigned(**database, *latest, keys, *policy);
        if (!witnessed) return unreadable(witnessed.error());
        verification.checks.push_back(*witnessed);
    }
    return VerifiedDatabase{std::move(*latest), std::move(verification)};
}

}  // namespace seald
