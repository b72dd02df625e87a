#include "daemon/store/ledger_verify.hpp"

#include <algorithm>

#include "core/tile.hpp"
#include "daemon/store/column_check.hpp"

namespace seald {
namespace {

constexpr std::size_t max_faults = 100;

// One pass in ledger order. The tree is built anew from the entries; where an entry is missing or is not the one in the
// tree, its stored hash stands in, so that the rest can still be judged by itself.
class LedgerPass {
  public:
    LedgerPass(Database& database, const LedgerKeys& keys)
        : database_(database),
          keys_(keys),
          columns_(database),
          checkpoints_(database.query("SELECT size, note FROM checkpoint ORDER BY size")) {}

    Result<LedgerReport> run();

  private:
    using Where = LedgerFault::Where;
    void fault(Where where, std::uint64_t index, std::string what);
    Result<void> next_checkpoint();
    Result<bool> take_entry(const Statement& row);  // false: the tree cannot be followed any further
    Result<bool> bridge_gap(std::uint64_t until);
    Result<bool> bridge_purged(std::uint64_t until);
    Result<bool> follow_stored(std::uint64_t until);
    void note_purge(std::uint64_t index, BytesView body);
    Result<void> check_columns(const Statement& row);
    Result<TreeHash> root();
    Result<const TreeHash*> stored_leaf(std::uint64_t index);
    Result<void> add_leaf(const TreeHash& leaf);
    Result<void> add_to_tile(unsigned level, const TreeHash& hash);
    Result<void> check_tile(unsigned level, std::uint64_t index, const Tile& computed);
    Result<void> check_checkpoint();
    Result<void> finish();
    Result<void> check_tile_count();

    Database& database_;
    const LedgerKeys& keys_;
    LedgerReport report_;
    ColumnCheck columns_;
    std::uint64_t size_ = 0;      // of the tree so far
    std::vector<Tile> tiles_;     // the one being filled at each level
    std::optional<Tile> stored_;  // the level-0 tile of the current entries, as stored
    std::uint64_t stored_index_ = 0;
    Statement checkpoints_;
    bool checkpoint_left_ = false;
    std::uint64_t covered_ = 0;    // entries under the last checkpoint whose root was right
    bool root_was_wrong_ = false;  // then all later ones are too
    std::uint64_t purged_ = 0;     // so many are missing at the beginning
    TreeHash purged_root_{};
};

void LedgerPass::fault(Where where, std::uint64_t index, std::string what) {
    if (report_.faults.size() < max_faults)
        report_.faults.push_back({.where = where, .index = index, .what = std::move(what)});
}

Result<void> LedgerPass::next_checkpoint() {
    const auto there = checkpoints_.step();
    if (!there) return there.error();
    checkpoint_left_ = *there;
    return {};
}

Result<LedgerReport> LedgerPass::run() {
    if (auto first = next_checkpoint(); !first) return first.error();
    auto entries = database_.query(
        "SELECT idx, body, kind, time, seal, person, application, result FROM entry ORDER BY idx");
    for (;;) {
        const auto there = entries.step();
        if (!there) return there.error();
        if (!*there) break;
        const auto followed = take_entry(entries);
        if (!followed) return followed.error();
        if (!*followed) return std::move(report_);
    }
    if (auto finished = finish(); !finished) return finished.error();
    return std::move(report_);
}

Result<bool> LedgerPass::take_entry(const Statement& row) {
    const auto index = row.index(0);
    const auto bridged = bridge_gap(index);
    if (!bridged || !*bridged) return bridged;
    ++report_.entries;
    note_purge(index, row.blob_view(1));
    if (auto checked = check_columns(row); !checked) return checked.error();
    auto leaf = leaf_hash(row.blob_view(1));
    const auto stored = stored_leaf(index);
    if (!stored) return stored.error();
    if (*stored != nullptr && **stored != leaf) {
        fault(Where::entry, index, "entry " + std::to_string(index) + " is not the one that was recorded");
        leaf = **stored;
    }
    if (auto added = add_leaf(leaf); !added) return added.error();
    return true;
}

Result<bool> LedgerPass::bridge_gap(std::uint64_t until) {
    if (size_ == until) return true;
    if (size_ == 0 && until % tile_width == 0) return bridge_purged(until);
    const auto last = until - 1 > size_ ? " to " + std::to_string(until - 1) : "";
    fault(Where::entry, size_, "missing: entry " + std::to_string(size_) + last);
    return follow_stored(until);
}

// Whole bundles at the beginning: maybe they were purged, which an entry further on says.
Result<bool> LedgerPass::bridge_purged(std::uint64_t until) {
    purged_ = until;
    const auto followed = follow_stored(until);
    if (!followed || !*followed) return followed;
    const auto computed = root();
    if (!computed) return computed.error();
    purged_root_ = *computed;
    return true;
}

void LedgerPass::note_purge(std::uint64_t index, BytesView body) {
    if (purged_ == 0 || report_.purge) return;
    auto record = find_purge_record(index, as_text(body));
    if (record && record->covers(purged_, purged_root_)) report_.purge = std::move(record);
}

Result<bool> LedgerPass::follow_stored(std::uint64_t until) {
    while (size_ < until) {
        const auto stored = stored_leaf(size_);
        if (!stored) return stored.error();
        if (*stored == nullptr) {
            fault(Where::tile, size_,
                  "the hash of missing entry " + std::to_string(size_) + " is missing too: stopped here");
            return false;
        }
        if (auto added = add_leaf(**stored); !added) return added.error();
    }
    return true;
}

Result<void> LedgerPass::check_columns(const Statement& row) {
    auto problem = columns_.fault_of(row);
    if (!problem) return problem.error();
    if (*problem) fault(Where::columns, row.index(0), std::move(**problem));
    return {};
}

Result<const TreeHash*> LedgerPass::stored_leaf(std::uint64_t index) {
    if (index % tile_width == 0 || stored_index_ != index / tile_width) {
        stored_index_ = index / tile_width;
        stored_.reset();
        auto row = database_.query("SELECT hashes FROM tile WHERE level = 0 AND idx = ?", stored_index_);
        const auto there = row.step();
        if (!there) return there.error();
        auto tile = *there ? Tile::decode(row.blob_view(0)) : Result<Tile>(Tile());
        if (tile) stored_ = *tile;  // one that cannot be decoded is reported by check_tile()
    }
    return stored_ ? stored_->find(0, index % tile_width) : nullptr;
}

Result<void> LedgerPass::add_leaf(const TreeHash& leaf) {
    ++size_;
    if (auto added = add_to_tile(0, leaf); !added) return added;
    while (checkpoint_left_ && checkpoints_.index(0) <= size_)
        if (auto checked = check_checkpoint(); !checked) return checked;
    return {};
}

Result<void> LedgerPass::add_to_tile(unsigned level, const TreeHash& hash) {
    if (tiles_.size() == level) tiles_.emplace_back();
    tiles_[level].append(hash);
    if (!tiles_[level].full()) return {};
    const auto top = tiles_[level].top();
    const auto index = (size_ >> (tile_height * (level + 1))) - 1;
    if (auto checked = check_tile(level, index, tiles_[level]); !checked) return checked;
    tiles_[level] = Tile();
    return add_to_tile(level + 1, top);
}

Result<void> LedgerPass::check_tile(unsigned level, std::uint64_t index, const Tile& computed) {
    auto row = database_.query("SELECT hashes FROM tile WHERE level = ? AND idx = ?", level, index);
    const auto there = row.step();
    if (!there) return there.error();
    if (*there && std::ranges::equal(row.blob_view(0), computed.bytes())) return {};
    fault(Where::tile, (index << (tile_height * level)) * tile_width,
          "tile " + std::to_string(level) + "/" + std::to_string(index) +
              (*there ? " is not what its entries hash to" : " is missing"));
    return {};
}

// The subtrees that a root is made of are in the tiles that are being filled.
Result<TreeHash> LedgerPass::root() {
    return root_hash(size_, [this](unsigned level, std::uint64_t index) -> Result<TreeHash> {
        const auto at = locate_node(level, index);
        return *tiles_[at.level].find(at.height, at.position);
    });
}

Result<void> LedgerPass::check_checkpoint() {
    const auto size = checkpoints_.index(0);
    const auto checkpoint = keys_.open(checkpoints_.text(1));
    const auto name = "checkpoint over " + std::to_string(size) + " entries";
    const auto computed = root();
    if (!computed) return computed.error();
    if (!checkpoint)
        fault(Where::checkpoint, size, name + ": " + checkpoint.error().message);
    else if (checkpoint->size != size)
        fault(Where::checkpoint, size, name + " is signed over " + std::to_string(checkpoint->size));
    else if (checkpoint->root == *computed && size == size_) {
        ++report_.checkpoints;
        covered_ = size;
    } else if (!std::exchange(root_was_wrong_, true))
        fault(Where::checkpoint, size,
              name + " has another root: something from entry " + std::to_string(covered_) + " to " +
                  std::to_string(size - 1) + " is not what was signed");
    return next_checkpoint();
}

Result<void> LedgerPass::finish() {
    if (purged_ > 0 && !report_.purge) fault(Where::entry, 0, unrecorded_words(purged_));
    for (unsigned level = 0; level < tiles_.size(); ++level) {
        if (tiles_[level].width() == 0) continue;
        const auto index = size_ >> (tile_height * (level + 1));
        if (auto checked = check_tile(level, index, tiles_[level]); !checked) return checked;
    }
    if (auto counted = check_tile_count(); !counted) return counted;
    const auto documents_left = columns_.has_more_documents();
    if (!documents_left) return documents_left.error();
    if (*documents_left) fault(Where::columns, size_, "documents are listed under entries that are not there");
    while (checkpoint_left_) {
        const auto size = checkpoints_.index(0);
        fault(Where::checkpoint, size,
              "there is a checkpoint over " + std::to_string(size) + " entries, but there are only " +
                  std::to_string(size_));
        if (auto next = next_checkpoint(); !next) return next;
    }
    if (covered_ < size_ && !root_was_wrong_)
        fault(Where::checkpoint, covered_, "no checkpoint covers the entries from " + std::to_string(covered_) + " on");
    return {};
}

Result<void> LedgerPass::check_tile_count() {
    std::uint64_t expected = 0;
    for (unsigned level = 0; level < tiles_.size(); ++level)
        expected += (size_ >> (tile_height * (level + 1))) + (tiles_[level].width() == 0 ? 0 : 1);
    const auto count =
        first_row(database_.query("SELECT count(*) FROM tile"), [](const Statement& row) { return row.index(0); });
    if (!count) return count.error();
    if (**count > expected) fault(Where::tile, size_, "there are tiles beyond the end of the tree");
    return {};
}

}  // namespace

Result<LedgerReport> verify_ledger(Database& database, const LedgerKeys& keys) {
    // One moment of a ledger that may be growing meanwhile.
    const bool own_snapshot = !database.in_transaction();
    if (own_snapshot)
        if (auto begun = database.change("BEGIN"); !begun) return begun.error();
    auto report = LedgerPass(database, keys).run();
    if (own_snapshot)
        if (auto ended = database.change("ROLLBACK"); !ended && report) return ended.error();
    return report;
}

Result<std::vector<std::string>> check_indexes(Database& database) {
    std::vector<std::string> faults;
    for (const char* table : {"entry", "entry_document", "detached_field", "tile", "checkpoint"}) {
        auto words = all_rows(database.query("PRAGMA integrity_check(" + std::string(table) + ")"),
                              [](const Statement& row) { return row.text(0); });
        if (!words) return words.error();
        for (auto& each : *words)
            if (each != "ok" && faults.size() < 20) faults.push_back(std::move(each));
    }
    return faults;
}

}  // namespace seald
