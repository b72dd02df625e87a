#include "client/ledger_cover.hpp"

#include <algorithm>

#include "client/ledger_folder.hpp"
#include "client/user_files.hpp"
#include "core/decimal.hpp"

namespace seald {
namespace {

constexpr std::size_t max_note_bytes = 1 << 20, max_range_bytes = 64;

struct VerifiedExport {
    Checkpoint checkpoint;
    EntryRange range;
};

// "300 to 309", which verify_folder() has held against the entries.
Result<EntryRange> read_range(const std::filesystem::path& folder) {
    const auto text = read_file(folder / range_file, max_range_bytes);
    if (!text) return text.error();
    const auto middle = text->find(" to ");
    const auto first = decode_decimal(text->substr(0, middle));
    const auto last = middle == text->npos || !text->ends_with('\n') ? std::nullopt : decode_decimal(text->substr(middle + 4, text->size() - middle - 5));
    if (!first || !last) return malformed((folder / range_file).string() + " does not say which entries are there");
    return EntryRange{*first, *last + 1};
}

Result<VerifiedExport> verify_export(const std::filesystem::path& folder, const LedgerKey& key) {
    const auto note = read_file(folder / "checkpoint", max_note_bytes);
    if (!note) return note.error();
    auto checkpoint = key.keys.open(*note);
    if (!checkpoint) return verification_failed((folder / "checkpoint").string() + ": " + checkpoint.error().message);
    const auto verified = verify_folder(folder, *checkpoint, {});
    if (!verified) return verified.error();
    for (const auto& check : verified->checks)
        if (check.outcome == Outcome::failed) return verification_failed(folder.string() + " does not verify: " + check.name + ": " + check.words);
    auto range = read_range(folder);
    if (!range) return range.error();
    return VerifiedExport{std::move(*checkpoint), *range};
}

}  // namespace

Result<Checkpoint> check_exports_cover(const std::vector<std::filesystem::path>& exports, EntryRange stretch, const LedgerKey& key) {
    std::vector<VerifiedExport> all;
    for (const auto& folder : exports) {
        auto verified = verify_export(folder, key);
        if (!verified) return verified.error();
        all.push_back(std::move(*verified));
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.range.first < b.range.first; });
    std::uint64_t covered = stretch.first;
    for (const auto& each : all)
        if (each.range.first <= covered) covered = std::max(covered, each.range.end);
    if (covered < stretch.end) {
        const std::string left = std::to_string(covered) + " to " + std::to_string(stretch.end - 1);
        return not_found("entries " + left + " are in no export: sealctl ledger export --from " + std::to_string(covered) + " --to " + std::to_string(stretch.end) + " DIR, and give it as --export DIR");
    }
    const auto newest = std::max_element(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.checkpoint.size < b.checkpoint.size; });
    return newest->checkpoint;
}

}  // namespace seald
