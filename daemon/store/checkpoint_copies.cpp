#include "daemon/store/checkpoint_copies.hpp"

#include <fstream>

#include "daemon/store/state_files.hpp"
#include "daemon/store/tile_tree.hpp"

namespace seald {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto pause = 1s;
constexpr std::size_t max_copy_bytes = 64 * 1024;

Result<std::optional<std::string>> read_copy(const fs::path& file) {
    std::error_code failed;
    if (!fs::exists(file, failed) && (!failed || failed == std::errc::no_such_file_or_directory)) return std::optional<std::string>();
    std::ifstream in(file, std::ios::binary);
    std::string text(max_copy_bytes, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad() || in.gcount() == 0)
        return unavailable("cannot read the kept checkpoint " + file.string() +
                               ": mount its medium or make it readable; if it is empty or broken, move it away and start again: the ledger "
                               "will say that there was none to compare with",
                           false);
    text.resize(static_cast<std::size_t>(in.gcount()));
    return std::optional(std::move(text));
}

Error does_not_follow(const fs::path& file, const std::string& what) {
    return verification_failed(what + ". Nothing is signed with such a ledger. Put the newer database back; if it is lost, keep " + file.string() +
                               " for the auditors, move it away and start again: the ledger will say that there was no checkpoint to compare with");
}

Result<void> check_against(Database& database, std::uint64_t size, const Checkpoint& kept, const fs::path& file) {
    const std::string there = file.string() + " has the checkpoint of " + std::to_string(kept.size) + " entries";
    if (kept.size > size)
        return does_not_follow(file, "the ledger was rolled back: " + there + ", the database has " + std::to_string(size));
    TileReader tiles(database);
    const auto root = root_hash(kept.size, [&](unsigned level, std::uint64_t index) { return tiles.node(level, index); });
    if (!root && root.error().code != ErrorCode::verification_failed) return root.error();
    if (!root || *root != kept.root) return does_not_follow(file, "the ledger was forked: " + there + ", the database has others in their place");
    return {};
}

Result<CheckpointCopy> check_copy(Database& database, std::uint64_t size, const LedgerKeys& keys, const fs::path& file) {
    const auto note = read_copy(file);
    if (!note) return note.error();
    if (!*note) return CheckpointCopy{.file = file, .size = {}};
    const auto kept = keys.open(**note);
    if (!kept) return does_not_follow(file, file.string() + " is no checkpoint of this ledger: " + kept.error().message);
    if (auto follows = check_against(database, size, *kept, file); !follows) return follows.error();
    return CheckpointCopy{.file = file, .size = kept->size};
}

}  // namespace

fs::path checkpoint_copy_beside(const fs::path& state_dir) { return state_dir / "ledger.checkpoint"; }

Result<std::vector<CheckpointCopy>> check_against_copies(Database& database, std::uint64_t size, const LedgerKeys& keys,
                                                         const std::vector<fs::path>& files) {
    std::vector<CheckpointCopy> copies;
    for (const auto& file : files) {
        auto copy = check_copy(database, size, keys, file);
        if (!copy) return copy.error();
        copies.push_back(std::move(*copy));
    }
    return copies;
}

CheckpointKeeper::CheckpointKeeper(std::vector<CheckpointCopy> copies) : copies_(std::move(copies)), thread_([this] { run(); }) {}

CheckpointKeeper::~CheckpointKeeper() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void CheckpointKeeper::keep(std::uint64_t size, std::string note) {
    {
        const std::lock_guard lock(mutex_);
        waiting_ = {size, std::move(note)};
    }
    changed_.notify_one();
}

std::vector<CheckpointCopy> CheckpointKeeper::copies() const {
    const std::lock_guard lock(mutex_);
    return copies_;
}

void CheckpointKeeper::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || waiting_; });
        if (!waiting_) return;
        const auto checkpoint = *std::exchange(waiting_, std::nullopt);
        lock.unlock();
        write(checkpoint);
        lock.lock();
        changed_.wait_for(lock, pause, [this] { return stopping_; });
    }
}

void CheckpointKeeper::write(const Checkpoint& checkpoint) {
    for (auto copy : copies()) {
        const auto replaced = replace_file(copy.file, checkpoint.note);
        copy.problem = replaced ? "" : replaced.error().message;
        if (replaced) copy.size = checkpoint.size;
        const std::lock_guard lock(mutex_);
        for (auto& known : copies_)
            if (known.file == copy.file) known = copy;
    }
}

}  // namespace seald
