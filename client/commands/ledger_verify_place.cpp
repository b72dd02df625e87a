#include "client/commands/ledger_verdict.hpp"
#include "client/commands/ledger_verify.hpp"
#include "client/ledger_database.hpp"
#include "client/ledger_folder.hpp"
#include "client/user_files.hpp"

namespace seald {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_checkpoint_bytes = 1 << 20;

Result<Report> verify_export(const fs::path& folder, const LedgerVerifyOptions& options) {
    const auto key = find_ledger_key_for(options.ledger_key, folder);
    if (!key) return key.error();
    const auto since = load_since(options.since, key->verifier);
    if (!since) return since.error();
    const auto note = read_file(folder / "checkpoint", max_checkpoint_bytes);
    if (!note) return note.error();
    const auto checkpoint = open_checkpoint(*note, key->verifier);
    if (!checkpoint) return verification_failed((folder / "checkpoint").string() + ": " + checkpoint.error().message);
    const auto policy = load_policy(options.witnesses, key->verifier);
    if (!policy) return policy.error();
    auto verification = verify_folder(folder, *checkpoint, *since);
    if (!verification) return verification.error();
    if (*policy) verification->checks.push_back(check_witnesses(**policy, *note));
    return report_on(std::move(*verification), *checkpoint, *key);
}

Result<Report> verify_file(const fs::path& database, const LedgerVerifyOptions& options) {
    const auto key = find_ledger_key_for(options.ledger_key, database.parent_path());
    if (!key) return key.error();
    const auto since = load_since(options.since, key->verifier);
    if (!since) return since.error();
    const auto policy = load_policy(options.witnesses, key->verifier);
    if (!policy) return policy.error();
    auto verified = verify_database(database, key->verifier, *since, *policy);
    if (!verified) return verified.error();
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
