#include "client/commands/ledger_verdict.hpp"

#include <unistd.h>

#include <boost/json/object.hpp>
#include <cstdio>

#include "client/user_files.hpp"
#include "core/receipt.hpp"

namespace seald {
namespace {

constexpr std::size_t max_receipt_bytes = 4 << 20;
constexpr std::uint64_t long_ledger = 2000;

}  // namespace

Result<std::optional<Checkpoint>> load_since(const std::string& file, const LedgerKeys& keys) {
    if (file.empty()) return std::optional<Checkpoint>();
    const auto text = read_file(file, max_receipt_bytes);
    if (!text) return text.error();
    const auto receipt = TlogProof::decode(*text);
    auto checkpoint = keys.open(receipt ? receipt->checkpoint : *text);
    if (!checkpoint) return verification_failed(file + ": " + checkpoint.error().message);
    return std::optional<Checkpoint>(std::move(*checkpoint));
}

void add_checks(LedgerVerification& verification, std::vector<Check> more) {
    for (auto& check : more) verification.checks.push_back(std::move(check));
}

void show_progress(std::uint64_t done, std::uint64_t of) {
    if (of < long_ledger || ::isatty(STDERR_FILENO) != 1) return;
    std::fprintf(stderr, "\r%llu of %llu entries%s", static_cast<unsigned long long>(done), static_cast<unsigned long long>(of),
                 done == of ? "\n" : "");
}

Report report_on(LedgerVerification verification, const Checkpoint& checkpoint, const LedgerKey& key) {
    const auto changes = key.keys.changes().size();
    const std::string changed = changes == 0 ? "" : ", which was changed " + std::to_string(changes) + (changes == 1 ? " time" : " times") + ", each change signed by both keys";
    const std::string warning = key.pinned ? "" : "; NOT PINNED: pin it with sealctl ledger key > ~/.config/seald/ledger.vkey";
    verification.checks.insert(verification.checks.begin(),
                               {"checkpoint", Outcome::passed, "signed by the ledger's key" + changed + ", " + key.source + warning});
    const bool good = !any_failed(verification.checks);
    boost::json::object document{{"verified", good},         {"origin", checkpoint.origin},
                                 {"size", checkpoint.size},  {"root", encode_base64(checkpoint.root)},
                                 {"key_pinned", key.pinned}, {"checks", to_json(verification.checks)}};
    if (verification.bad_entry) document["bad_entry"] = *verification.bad_entry;
    if (!good) document["error"] = error_document(verification_failed("the ledger does not verify")).at("error");
    const std::string verdict = good ? "verified: the ledger of " : "NOT VERIFIED: the ledger of ";
    return Report{document,
                  describe(verification.checks) + verdict + checkpoint.origin + ", " + std::to_string(checkpoint.size) +
                      " entries\n",
                  good ? ExitCode::done : ExitCode::verification_failed};
}

}  // namespace seald
