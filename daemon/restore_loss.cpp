#include "daemon/restore_loss.hpp"

#include <fstream>
#include <iterator>

#include "core/receipt.hpp"

namespace seald {
namespace {

namespace fs = std::filesystem;

constexpr std::streamsize most_bytes = 4 << 20;

Result<KnownCheckpoint> read_one(const fs::path& file, const LedgerKeys& keys) {
    std::ifstream in(file, std::ios::binary);
    std::string text(static_cast<std::size_t>(most_bytes), '\0');
    in.read(text.data(), most_bytes);
    if (in.bad() || in.gcount() == 0) return unavailable("cannot read the checkpoint " + file.string() + ": mount its medium or make it readable", false);
    text.resize(static_cast<std::size_t>(in.gcount()));
    const auto receipt = TlogProof::decode(text);
    auto checkpoint = keys.open(receipt ? receipt->checkpoint : text);
    if (!checkpoint) return verification_failed(file.string() + " is no checkpoint of this ledger: " + checkpoint.error().message);
    return KnownCheckpoint{file, std::move(*checkpoint)};
}

const KnownCheckpoint* newest_of(const std::vector<KnownCheckpoint>& known) {
    const KnownCheckpoint* newest = nullptr;
    for (const auto& each : known)
        if (newest == nullptr || each.checkpoint.size > newest->checkpoint.size) newest = &each;
    return newest;
}

std::string to_go_on(std::uint64_t size) {
    return "a newer backup, or if there is none: --accept-loss-from " + std::to_string(size) + " --reason TEXT";
}

Error wrong_acceptance(std::uint64_t size) {
    return unacceptable("the backup holds entries 0 to " + std::to_string(size - 1) + ": what can be accepted as lost begins at " + std::to_string(size));
}

}  // namespace

Result<std::vector<KnownCheckpoint>> read_known(const std::vector<fs::path>& kept, const std::vector<fs::path>& given, const LedgerKeys& keys) {
    std::vector<KnownCheckpoint> known;
    for (const auto& file : kept) {
        std::error_code failed;
        if (!fs::exists(file, failed) && !failed) continue;  // said in the entry: it is not among those compared
        auto each = read_one(file, keys);
        if (!each) return each.error();
        known.push_back(std::move(*each));
    }
    for (const auto& file : given) {
        auto each = read_one(file, keys);
        if (!each) return each.error();
        known.push_back(std::move(*each));
    }
    return known;
}

Result<std::optional<Loss>> judge_loss(std::uint64_t size, const std::vector<KnownCheckpoint>& known, std::optional<std::uint64_t> accepted_from) {
    if (accepted_from && *accepted_from != size) return wrong_acceptance(size);
    const auto* newest = newest_of(known);
    if (newest == nullptr) {
        if (accepted_from) return std::optional(Loss{.from = size, .to = std::nullopt});
        return refusal("nothing-to-compare-with",
                       "no kept checkpoint says how long the ledger was, so nobody would notice what is missing after the backup's " + std::to_string(size) + " entries",
                       {"--since with the newest checkpoint or receipt that anybody has", to_go_on(size)});
    }
    if (newest->checkpoint.size <= size && !accepted_from) return std::optional<Loss>();
    if (newest->checkpoint.size <= size) return std::optional(Loss{.from = size, .to = std::nullopt});
    const std::uint64_t last = newest->checkpoint.size - 1;
    if (accepted_from) return std::optional(Loss{.from = size, .to = last});
    return refusal("entries-would-be-lost",
                   "the backup is older than the ledger was: " + newest->file.string() + " knows " + std::to_string(newest->checkpoint.size) + " entries, the backup has " +
                       std::to_string(size) + ": entries " + std::to_string(size) + " to " + std::to_string(last) + " are missing (" +
                       std::to_string(newest->checkpoint.size - size) + ")",
                   {to_go_on(size)});
}

}  // namespace seald
