#include "client/ledger_folder.hpp"

#include <fstream>

#include "client/user_files.hpp"
#include "core/detached_field.hpp"
#include "core/entry_bundle.hpp"
#include "core/json.hpp"
#include "core/purge_record.hpp"

namespace seald {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_bundle_bytes = tile_width * (max_entry_size + 2);
constexpr std::size_t max_detached_bytes = 16 << 20;
constexpr std::size_t max_range_bytes = 64;

std::string number(std::uint64_t value) { return std::to_string(value); }

// Goes once over everything in the folder, in the order of the entries.
class FolderPass {
  public:
    FolderPass(fs::path folder, const Checkpoint& checkpoint, const EachEntry& each)
        : each_(each), folder_(std::move(folder)), checkpoint_(checkpoint), tree_(folder_, checkpoint.size), lines_(folder_ / "entries.jsonl") {
        next_line();
    }

    Result<void> check_tree();
    Result<void> check_tiles_above(const TilePath& path);
    Result<void> check_entries();
    void check_since(const std::optional<Checkpoint>& since);
    LedgerVerification result;

  private:
    Result<void> check_bundle(const TilePath& path);
    Result<void> check_entry(std::uint64_t index, BytesView entry, const TreeHash* leaf);
    Result<void> check_detached(std::uint64_t index, std::string_view entry);
    Result<void> note_purge(std::uint64_t index, std::string_view entry);
    void check_line(std::uint64_t index, std::string_view entry);
    Result<void> check_lines();
    void next_line() { has_line_ = static_cast<bool>(std::getline(lines_, line_)); }
    void pass(std::string name, std::string words) { result.checks.push_back({std::move(name), Outcome::passed, std::move(words)}); }
    void fail(std::string name, std::string words) { result.checks.push_back({std::move(name), Outcome::failed, std::move(words)}); }
    void fail_entry(std::uint64_t index, const std::string& words) {
        if (!result.bad_entry) result.bad_entry = index;
        fail("entry " + number(index), words);
    }

    const EachEntry& each_;
    fs::path folder_;
    const Checkpoint& checkpoint_;
    FolderTree tree_;
    std::ifstream lines_;
    std::string line_;
    bool has_line_ = false;
    std::uint64_t lines_read_ = 0, first_line_ = 0;  // how many lines fit, and the entry of the first one
    std::uint64_t first_ = 0, end_ = 0;  // the entries that are here
};

Result<void> FolderPass::check_tree() {
    const auto root = tree_.root_of(checkpoint_.size);
    if (!root) return root.error();
    if (*root == checkpoint_.root)
        pass("tree", "its right edge gives exactly the root that the checkpoint signs");
    else
        fail("tree", "the tiles do not give the root that the checkpoint signs");
    for (unsigned level = 1; has_level(level, checkpoint_.size); ++level)
        for (const auto& path : tiles_of_level(level, checkpoint_.size))
            if (auto checked = check_tiles_above(path); !checked) return checked;
    return {};
}

// A full tile's one hash is in the tile above. Of the lowest, only those of the exported period are here.
Result<void> FolderPass::check_tiles_above(const TilePath& path) {
    for (unsigned i = 0; i < path.width; ++i) {
        const TilePath below{.level = path.level - 1, .index = path.first() + i};
        if (below.level == 0 && !tree_.has(below)) continue;
        const auto full = tree_.load(below.level, below.index);
        if (!full) return full.error();
        const TreeHash top = (*full)->top();
        const auto above = tree_.load(path.level, path.index);
        if (!above) return above.error();
        if (*(*above)->find(0, i) != top) fail("tree", below.encode() + " is not the one that the tree above it has");
    }
    return {};
}

Result<void> FolderPass::check_entries() {
    for (auto path : tiles_of_level(0, checkpoint_.size)) {
        path.content = TilePath::Content::entries;
        if (!tree_.has(path)) continue;
        if (first_ == end_) first_ = end_ = path.first();
        if (path.first() != end_)
            fail("entries", "entries " + number(end_) + " to " + number(path.first() - 1) + " are missing between others");
        end_ = path.first() + path.width;
        if (auto checked = check_bundle(path); !checked) return checked;
    }
    if (first_ == end_)
        fail("entries", "there are none in the folder");
    else
        pass("entries", number(first_) + " to " + number(end_ - 1) + " of " + number(checkpoint_.size) + ", each the one in the tree");
    return check_lines();
}

// What an export of this much is missing at its ends; folders of older exports do not say it.
Result<void> FolderPass::check_lines() {
    const std::string name = "entries.jsonl";
    if (has_line_) {
        fail(name, "line " + number(lines_read_ + 1) + " is not the entry that belongs there");
        return {};
    }
    if (lines_read_ == 0) {
        fail(name, "is missing or empty");
        return {};
    }
    const std::string found = number(first_line_) + " to " + number(first_line_ + lines_read_ - 1);
    if (fs::exists(folder_ / range_file)) {
        const auto exported = read_file(folder_ / range_file, max_range_bytes);
        if (!exported) return exported.error();
        if (*exported != found + "\n") {
            fail(name, "has entries " + found + ", but " + range_file + " says " + *exported);
            return {};
        }
    }
    pass(name, "entries " + found + ", each the one in the tree");
    return {};
}

Result<void> FolderPass::check_bundle(const TilePath& path) {
    const auto bytes = read_file(tree_.file_of(path), max_bundle_bytes);
    if (!bytes) return bytes.error();
    const auto entries = decode_bundle(as_bytes(*bytes));
    if (!entries || entries->size() != path.width) {
        fail("entries", path.encode() + " does not hold " + number(path.width) + " entries");
        return {};
    }
    const auto tile = tree_.load(0, path.index);
    if (!tile) return tile.error();
    for (unsigned i = 0; i < path.width; ++i)
        if (auto checked = check_entry(path.first() + i, (*entries)[i], (*tile)->find(0, i)); !checked) return checked;
    return {};
}

Result<void> FolderPass::check_entry(std::uint64_t index, BytesView entry, const TreeHash* leaf) {
    if (leaf == nullptr || *leaf != leaf_hash(entry)) fail_entry(index, "is not what was recorded");
    check_line(index, as_text(entry));
    if (each_) each_(index, as_text(entry));
    if (auto noted = note_purge(index, as_text(entry)); !noted) return noted;
    return check_detached(index, as_text(entry));
}

// An export of everything begins where the last purge ended; it is told why.
Result<void> FolderPass::note_purge(std::uint64_t index, std::string_view entry) {
    const auto record = find_purge_record(index, entry);
    if (!record || record->end != first_) return {};
    const auto root = tree_.root_of(record->end);
    if (!root || *root != record->root)
        result.checks.push_back({"purged", Outcome::not_checked, record->words() + "; the folder does not have their hashes"});
    else
        pass("purged", record->words() + "; their hashes are those that were signed");
    return {};
}

// The lines are some entries in a row; the first one says where they begin.
void FolderPass::check_line(std::uint64_t index, std::string_view entry) {
    if (!has_line_ || line_ != export_line(index, entry)) return;
    if (lines_read_++ == 0) first_line_ = index;
    next_line();
}

Result<void> FolderPass::check_detached(std::uint64_t index, std::string_view entry) {
    if (entry.find("\"detached\":") == entry.npos) return {};
    const auto fields = parse_json_object(entry);
    if (!fields) return {};  // its hash says that it was recorded so
    for (const auto& digest : detached_digests(*fields)) {
        const auto content = read_file(folder_ / "detached" / digest.substr(digest.find(':') + 1), max_detached_bytes);
        if (!content || detached_digest(*content) != digest) fail_entry(index, "what is kept beside it is missing or changed: " + digest);
    }
    return {};
}

void FolderPass::check_since(const std::optional<Checkpoint>& since) {
    if (!since) return;
    const std::string earlier = "the checkpoint of " + number(since->size) + " entries";
    if (since->size > checkpoint_.size)
        return fail("history", "rolled back: " + earlier + " was signed, this one is over " + number(checkpoint_.size));
    const auto root = tree_.root_of(since->size);
    if (!root)
        result.checks.push_back({"history", Outcome::not_checked, "the folder does not reach back to " + earlier});
    else if (*root != since->root)
        fail("history", "rewritten: the first " + number(since->size) + " entries are not what " + earlier + " signed");
    else
        pass("history", "grown from " + earlier + ", nothing before it changed");
}

}  // namespace

TilePath FolderTree::path_of(unsigned level, std::uint64_t index) const {
    const std::uint64_t hashes = size_ >> (tile_height * level);
    const std::uint64_t left = hashes - std::min(hashes, index * tile_width);
    return {.level = level, .index = index, .width = static_cast<unsigned>(std::min<std::uint64_t>(left, tile_width))};
}

Result<const Tile*> FolderTree::load(unsigned level, std::uint64_t index) {
    if (const auto found = loaded_.find(level); found != loaded_.end() && found->second.index == index) return &found->second.tile;
    const auto path = path_of(level, index);
    const auto bytes = read_file(file_of(path), tile_width * sizeof(TreeHash));
    if (!bytes) return verification_failed(path.encode() + " is missing");
    auto tile = Tile::decode(as_bytes(*bytes));
    if (!tile || tile->width() != path.width) return verification_failed(path.encode() + " is not " + number(path.width) + " hashes");
    return &loaded_.insert_or_assign(level, Loaded{index, *tile}).first->second.tile;
}

Result<TreeHash> FolderTree::node(unsigned level, std::uint64_t index) {
    const auto at = locate_node(level, index);
    const auto tile = load(at.level, at.tile);
    if (!tile) return tile.error();
    if (const auto* hash = (*tile)->find(at.height, at.position)) return *hash;
    return verification_failed("the tree has no such node");
}

Result<TreeHash> FolderTree::root_of(std::uint64_t size) {
    return root_hash(size, [this](unsigned level, std::uint64_t index) { return node(level, index); });
}

std::string export_line(std::uint64_t index, std::string_view entry) {
    return "{\"index\":" + number(index) + ",\"entry\":" + std::string(entry) + "}";
}

DetachedLookup detached_in_folder(const fs::path& folder) {
    return [folder](const std::string& digest) -> Result<std::optional<std::string>> {
        auto content = read_file(folder / "detached" / digest.substr(digest.find(':') + 1), max_detached_bytes);
        if (!content || detached_digest(*content) != digest) return std::optional<std::string>();
        return std::optional(std::move(*content));
    };
}

Result<LedgerVerification> verify_folder(const fs::path& folder, const Checkpoint& checkpoint, const std::optional<Checkpoint>& since, const EachEntry& each) {
    FolderPass pass(folder, checkpoint, each);
    if (auto checked = pass.check_tree(); !checked) return checked.error();
    if (auto checked = pass.check_entries(); !checked) return checked.error();
    pass.check_since(since);
    return std::move(pass.result);
}

}  // namespace seald
