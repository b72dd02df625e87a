#include "client/commands/ledger_verdict.hpp"
#include "client/commands/ledger_verify.hpp"
#include "client/ledger_database.hpp"
#include "client/ledger_folder.hpp"
#include "client/recorded_signatures.hpp"
#include "client/user_files.hpp"

namespace seald {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_checkpoint_bytes = 1 << 20;

Result<Report> verify_export(const fs::path& folder, const LedgerVerifyOptions& options) {
    const auto known = find_ledger_key_for(options.ledger_key, folder);
    if (!known) return known.error();
    const auto changes = read_key_changes(folder / "ledger.vkey");
    if (!changes) return changes.error();
    const auto key = known->followed(*changes);
    if (!key) return key.error();
    const auto since = load_since(options.since, key->keys);
    if (!since) return since.error();
    const auto note = read_file(folder / "checkpoint", max_checkpoint_bytes);
    if (!note) return note.error();
    const auto checkpoint = key->keys.open(*note);
    if (!checkpoint) return verification_failed((folder / "checkpoint").string() + ": " + checkpoint.error().message);
    const auto policy = load_policy(options.witnesses, key->keys);
    if (!policy) return policy.error();
    RecordedSignatures signatures(detached_in_folder(folder));
    const EachEntry look = [&signatures](std::uint64_t index, std::string_view entry) { signatures.look_at(index, entry); };
    auto verification = verify_folder(folder, *checkpoint, *since, options.skip_signatures ? EachEntry() : look);
    if (!verification) return verification.error();
    if (!options.skip_signatures) add_checks(*verification, signatures.verdict());
    if (*policy) verification->checks.push_back(check_witnesses(**policy, *note));
    return report_on(std::move(*verification), *checkpoint, *key);
}

Result<Report> verify_file(const fs::path& database, const LedgerVerifyOptions& options) {
    const auto known = find_ledger_key_for(options.ledger_key, database.parent_path());
    if (!known) return known.error();
    const auto changes = read_database_key_changes(database);
    if (!changes) return changes.error();
    const auto key = known->followed(*changes);
    if (!key) return key.error();
    const auto since = load_since(options.since, key->keys);
    if (!since) return since.error();
    const auto policy = load_policy(options.witnesses, key->keys);
    if (!policy) return policy.error();
    auto verified = verify_database(database, key->keys, *since, *policy);
    if (!verified) return verified.error();
    if (!options.skip_signatures) {
        auto signatures = check_database_signatures(database);
        if (!signatures) return signatures.error();
        add_checks(verified->verification, std::move(*signatures));
    }
    return report_on(std::move(verified->verification), verified->checkpoint, *key);
}

}  // namespace

Result<Report> verify_ledger_at(const LedgerVerifyOptions& options) {
    const fs::path place = options.place;
    if (fs::is_regular_file(place)) return verify_file(place, options);
    if (!fs::is_directory(place)) return not_found(options.place + " is neither a folder nor a file");
    if (fs::exists(place / "ledger.db")) return verify_file(place / "ledger.db", options);
    return verify_export(place, options);
}

}  // namespace seald
