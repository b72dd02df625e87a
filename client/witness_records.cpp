#include "client/witness_records.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "client/user_files.hpp"
#include "core/digest.hpp"

namespace seald {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_record_bytes = 64UL * 1024;
constexpr std::string_view nothing_yet = "nothing cosigned yet\n";

Error failed(const std::string& what, const fs::path& path) {
    return unavailable("cannot " + what + " " + path.string() + ": " + std::strerror(errno), false);
}

// True when it was made just now.
Result<bool> make_folder(const fs::path& folder) {
    std::error_code problem;
    const bool made = fs::create_directory(folder, problem);
    if (problem) return unavailable("cannot make the witness's folder " + folder.string() + ": " + problem.message(), false);
    if (made) fs::permissions(folder, fs::perms::owner_all, problem);
    return made;
}

}  // namespace

WitnessRecords::WitnessRecords(WitnessRecords&& other) noexcept
    : folder_(std::move(other.folder_)), lock_(std::exchange(other.lock_, -1)), ledgers_(std::move(other.ledgers_)) {}

WitnessRecords::~WitnessRecords() {
    if (lock_ >= 0) ::close(lock_);
}

Result<WitnessRecords> WitnessRecords::open(fs::path folder, const std::vector<LedgerKeys>& ledgers, bool begin) {
    const auto made = make_folder(folder);
    if (!made) return made.error();
    const int lock = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0) return failed("open", folder);
    WitnessRecords records(std::move(folder), lock);
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0)
        return conflict("witness-running", "another witness uses " + records.folder_.string() + ": two would not know of each other's cosignatures");
    for (const auto& keys : ledgers)
        if (auto loaded = records.load(keys, begin || *made); !loaded) return loaded.error();
    return records;
}

fs::path WitnessRecords::file_of(const std::string& origin, const char* suffix) const {
    return folder_ / (Digest::of(DigestAlgorithm::sha256, as_bytes(origin)).hex() + suffix);
}

Result<void> WitnessRecords::load(const LedgerKeys& keys, bool begin) {
    if (ledgers_.contains(keys.name())) return malformed("the ledger " + keys.name() + " is given twice");
    const fs::path file = file_of(keys.name(), ".checkpoint");
    Ledger ledger{.keys = keys, .last = {.origin = keys.name(), .size = 0, .root = empty_tree_hash()}};
    std::error_code problem;
    const bool there = fs::exists(fs::symlink_status(file, problem));
    if (problem && problem != std::errc::no_such_file_or_directory) return unavailable("cannot look at " + file.string() + ": " + problem.message(), false);
    if (!there && !begin)
        return conflict("witness-record-missing",
                        folder_.string() + " has no record of " + keys.name() + ": if it was lost, restore it, since without it the ledger could be rolled "
                                         "back; if this witness never saw that ledger, --begin says so");
    if (!there) {
        if (auto written = write_file(file, as_bytes(nothing_yet), IfExists::refuse); !written) return written;
        if (::fsync(lock_) != 0) return failed("sync", folder_);
        ledgers_.emplace(keys.name(), std::move(ledger));
        return {};
    }
    const auto text = read_file(file, max_record_bytes);
    if (!text) return text.error();
    if (*text != nothing_yet) {
        auto last = keys.open(*text);
        if (!last)
            return verification_failed("the record " + file.string() + " is not a checkpoint of this ledger's key: " + last.error().message +
                                       "; if the key was changed, --log needs the changes too: what `sealctl ledger key` prints");
        ledger.last = std::move(*last);
    }
    ledgers_.emplace(keys.name(), std::move(ledger));
    return {};
}

const WitnessRecords::Ledger* WitnessRecords::find(const std::string& origin) const {
    const auto found = ledgers_.find(origin);
    return found == ledgers_.end() ? nullptr : &found->second;
}

Result<void> WitnessRecords::keep(const Checkpoint& checkpoint, const std::string& note) {
    if (auto written = write_file(file_of(checkpoint.origin, ".checkpoint"), as_bytes(note), IfExists::replace); !written) return written;
    if (::fsync(lock_) != 0) return failed("sync", folder_);
    ledgers_.at(checkpoint.origin).last = checkpoint;
    return {};
}

Result<void> WitnessRecords::keep_evidence(const Checkpoint& checkpoint, const std::string& note) {
    const fs::path file = file_of(checkpoint.origin, ".contradiction");
    std::error_code ignored;
    if (fs::exists(file, ignored)) return {};
    return write_file(file, as_bytes(note), IfExists::refuse);
}

}  // namespace seald
