// An exported ledger: a folder laid out as C2SP tlog-tiles (checkpoint, tile/…, tile/entries/…), the fields that are kept
// beside their entries (detached/<hex>), entries.jsonl, which is for people, the range it covers (entries.range), and the
// ledger's key. Nothing in it has to be believed: all of it is held against the checkpoint, with a key from elsewhere.
#pragma once
#include <filesystem>
#include <map>

#include "client/ledger_verification.hpp"
#include "core/detached_field.hpp"
#include "core/tile_path.hpp"

namespace seald {

// The tree of an exported ledger, from its tiles.
class FolderTree {
  public:
    FolderTree(std::filesystem::path folder, std::uint64_t size) : folder_(std::move(folder)), size_(size) {}
    std::uint64_t size() const { return size_; }
    std::filesystem::path file_of(const TilePath& path) const { return folder_ / path.encode(); }
    bool has(const TilePath& path) const { return std::filesystem::exists(file_of(path)); }
    TilePath path_of(unsigned level, std::uint64_t index) const;  // as wide as this tree has it
    Result<const Tile*> load(unsigned level, std::uint64_t index);
    Result<TreeHash> node(unsigned level, std::uint64_t index);
    Result<TreeHash> root_of(std::uint64_t size);  // of the first `size` entries

  private:
    struct Loaded {
        std::uint64_t index;
        Tile tile;
    };
    std::filesystem::path folder_;
    std::uint64_t size_;
    std::map<unsigned, Loaded> loaded_;  // the last tile of each level
};

inline constexpr const char* range_file = "entries.range";  // which entries entries.jsonl has: "300 to 309"
std::string export_line(std::uint64_t index, std::string_view entry);  // of entries.jsonl, without its end

// `checkpoint`: the folder's own, verified already. Errors only when the folder cannot be read.
Result<LedgerVerification> verify_folder(const std::filesystem::path& folder, const Checkpoint& checkpoint,
                                         const std::optional<Checkpoint>& since, const EachEntry& each = {});
// What is kept beside entries, if it is there and is what its digest says.
DetachedLookup detached_in_folder(const std::filesystem::path& folder);

}  // namespace seald
