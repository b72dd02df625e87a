#include "daemon/backup/backup_making.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <mutex>
#include <utility>

#include "core/archive.hpp"
#include "core/backup_folder.hpp"
#include "core/envelope.hpp"
#include "daemon/store/database_copy.hpp"
#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/opening_check.hpp"
#include "daemon/store/space_reserve.hpp"
#include "daemon/store/state_files.hpp"
#include "daemon/version.hpp"

namespace seald {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t most_configuration_bytes = 8 << 20;

Error cannot(const std::string& what, const fs::path& file) {
    return unavailable("cannot " + what + " " + file.string() + ": " + std::strerror(errno) + "; there is no backup", true);
}

Result<std::string> read_small(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(in), {}};
    if (!in.is_open() || in.bad()) return unavailable("cannot read " + file.string() + ": there is no backup", true);
    if (content.size() > most_configuration_bytes) return unavailable(file.string() + " is larger than such a file can be: there is no backup", false);
    return content;
}

// Which seal's key is on which token: what to look for in the safe. Keys never leave their tokens.
Result<std::string> describe_tokens(Database& copy) {
    json::array keys;
    const auto all = all_rows(copy.query("SELECT name, state, token, token_serial, lower(hex(key_id)), 0 FROM seal UNION ALL "
                                         "SELECT seal, state, seal_standby.token, seal_standby.token_serial, lower(hex(seal_standby.key_id)), 1 "
                                         "FROM seal_standby JOIN seal ON seal.name = seal_standby.seal ORDER BY 1, 6, 3"),
                              [&](const Statement& row) {
                                  keys.push_back(json::object{{"seal", row.text(0)}, {"state", row.text(1)}, {"token", row.text(2)},
                                                              {"serial", row.text(3)}, {"key_id", row.text(4)}, {"standby", row.boolean(5)}});
                                  return 0;
                              });
    if (!all) return all.error();
    return json::serialize(json::object{{"keys", std::move(keys)}});
}

// One that somebody asked for and one by schedule would take each other's file; and room is looked for with one copy in mind.
std::mutex& copying() {
    static std::mutex one_at_a_time;
    return one_at_a_time;
}

Error key_is_changing() { return unavailable("the ledger's key is being changed just now: make the backup again", true); }

}  // namespace

Result<std::unique_ptr<BackupMaking>> BackupMaking::begin(BackupSources sources, Timestamp now) {
    if (sources.recipients.empty())
        return conflict("no-backup-recipients", "backups are encrypted, and the configuration names nobody who could open one: set recipients in [backup]");
    std::unique_ptr<BackupMaking> making(new BackupMaking(std::move(sources), now));
    if (auto copied = making->copy_state(); !copied) return copied.error();
    if (auto added = making->add_state_files(); !added) return added.error();
    if (auto added = making->add_configuration(); !added) return added.error();
    return making;
}

BackupMaking::BackupMaking(BackupSources sources, Timestamp now)
    : sources_(std::move(sources)),
      manifest_{.daemon = sources_.daemon_id,
                .by = {},
                .version = std::string(version),
                .made_at = now,
                .checkpoint = {},
                .recipients = {},
                .archive_digest = Digest::of(DigestAlgorithm::sha256, {}),
                .parts = {}} {
    for (const auto& recipient : sources_.recipients) manifest_.recipients.push_back({recipient.fingerprint().hex(), recipient.subject()});
}

BackupMaking::~BackupMaking() {
    if (reading_ >= 0) ::close(reading_);
    for (const auto& source : each_)
        if (source.descriptor >= 0) ::close(source.descriptor);
}

// The copy has no name once it is open, so that a crash leaves nothing behind but what the next backup clears away.
Result<void> BackupMaking::copy_state() {
    const fs::path copy = sources_.state_dir / "ledger.db.backup";
    const std::lock_guard alone(copying());
    {
        auto running = Database::open(database_file(sources_.state_dir), OpenMode::read_only);
        if (!running) return running.error();
        if (auto copied = copy_database(**running, copy, SpaceReserve::least_free); !copied) return copied;
    }
    auto looked = look_into(copy);
    const int descriptor = looked ? ::open(copy.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
    const auto opened = looked && descriptor < 0 ? Result<void>(cannot("open", copy)) : looked;
    ::unlink(copy.c_str());
    if (!opened) return opened;
    each_.push_back({.name = archived_database, .file = copy, .content = {}, .descriptor = descriptor});
    return {};
}

Result<void> BackupMaking::look_into(const fs::path& copy) {
    auto database = Database::open(copy, OpenMode::read_write);
    if (!database) return database.error();
    const auto schema = find_schema_version(**database);
    if (!schema) return schema.error();
    manifest_.schema = *schema;
    auto latest = latest_checkpoint(**database);
    if (!latest) return latest.error();
    entries_ = latest->size;
    manifest_.checkpoint = std::move(latest->note);
    const auto receipts = key_change_receipts(**database);
    if (!receipts) return receipts.error();
    if (!receipts->empty()) {
        const auto change = LedgerKeyChange::open(receipts->back());
        if (!change) return change.error();
        keys_in_copy_ = change->to.encode();
    }
    auto tokens = describe_tokens(**database);
    if (!tokens) return tokens.error();
    each_.push_back({.name = archived_tokens, .file = {}, .content = std::move(*tokens)});
    const auto documents = all_rows((*database)->query("SELECT DISTINCT alg || '/' || hex FROM stored_document ORDER BY 1"), [](const Statement& row) { return row.text(0); });
    if (!documents) return documents.error();
    for (const auto& name : *documents)
        each_.push_back({.name = archived_documents + name, .file = sources_.state_dir / "documents" / name, .content = {}});
    return {};
}

// The key that is archived is the one that the copied ledger is signed with; the manifest is signed with it too.
Result<void> BackupMaking::check_key(const std::string& pem) {
    auto key = PrivateKey::from_pem(pem);
    if (!key) return key_is_changing();
    auto signer = NoteSigner::make(sources_.daemon_id, std::move(*key));
    if (!signer) return signer.error();
    if (keys_in_copy_.empty() ? !open_checkpoint(manifest_.checkpoint, signer->verifier()) : keys_in_copy_ != signer->verifier().encode()) return key_is_changing();
    signer_.emplace(std::move(*signer));
    return {};
}

// The ledger's keys: ledger.key, ledger.vkey, and whatever else belongs to it by name; the rest of the folder is made again.
Result<void> BackupMaking::add_state_files() {
    std::error_code failed;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(sources_.state_dir, failed)) {
        const std::string name = entry.path().filename().string();
        const bool derived = name.starts_with("ledger.db") || name.starts_with("ledger.checkpoint");
        // One that is not in force yet, or half of it.
        if (name == "ledger.key.new") return key_is_changing();
        if (name.starts_with("ledger") && !derived && entry.is_regular_file() && is_archive_name(archived_keys + name)) files.push_back(entry.path());
    }
    if (failed) return unavailable("cannot list " + sources_.state_dir.string() + ": " + failed.message(), true);
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
        auto content = read_small(file);
        if (!content) return content.error();
        if (file.filename() == "ledger.key")
            if (auto fits = check_key(*content); !fits) return fits;
        each_.push_back({.name = archived_keys + file.filename().string(), .file = {}, .content = std::move(*content)});
    }
    if (!signer_) return unavailable("there is no ledger.key in " + sources_.state_dir.string(), false);
    return {};
}

Result<void> BackupMaking::add_configuration() {
    for (std::size_t i = 0; i < sources_.configuration.size(); ++i) {
        const auto& file = sources_.configuration[i];
        auto content = read_small(file);
        if (!content) return content.error();
        std::string name = i == 0 ? std::string(archived_configuration) + "seald.toml" : archived_configuration + ("people/" + file.filename().string());
        if (!is_archive_name(name)) name = archived_configuration + ("people/" + std::to_string(i) + ".toml");
        each_.push_back({.name = std::move(name), .file = {}, .content = std::move(*content)});
    }
    return {};
}

Result<Bytes> BackupMaking::next_part() {
    if (auto filled = fill(); !filled) return filled.error();
    if (buffer_.empty()) return Bytes();
    const auto piece = as_bytes(buffer_).first(std::min(buffer_.size(), backup_part_bytes));
    auto part = seal_envelope(piece, sources_.recipients);
    if (!part) return part.error();
    whole_.add(piece);
    manifest_.archive_size += piece.size();
    manifest_.parts.push_back({part->size(), Digest::of(DigestAlgorithm::sha256, *part)});
    buffer_.erase(0, piece.size());
    return part;
}

Result<void> BackupMaking::fill() {
    while (buffer_.size() < backup_part_bytes && !complete_) {
        if (left_ > 0) {
            if (auto read = read_source(); !read) return read;
        } else if (next_ < each_.size()) {
            const auto there = begin_source();
            if (!there) return there.error();
        } else {
            buffer_ += archive_end();
            complete_ = true;
        }
    }
    return {};
}

Result<bool> BackupMaking::begin_source() {
    Source& source = each_[next_++];
    if (source.file.empty()) {
        buffer_ += archive_header(source.name, source.content.size()) + source.content + archive_padding(source.content.size());
        source.content.clear();
        return true;
    }
    reading_ = source.descriptor >= 0 ? std::exchange(source.descriptor, -1) : ::open(source.file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (reading_ < 0 && errno == ENOENT) return false;  // a document whose application ended meanwhile
    struct stat status {};
    if (reading_ < 0 || ::fstat(reading_, &status) != 0) return cannot("read", source.file);
    if (source.name.starts_with(archived_documents)) ++manifest_.documents;
    size_ = left_ = static_cast<std::uint64_t>(status.st_size);
    buffer_ += archive_header(source.name, size_);
    if (left_ == 0) ::close(std::exchange(reading_, -1));
    return true;
}

Result<void> BackupMaking::read_source() {
    const auto& source = each_[next_ - 1];
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left_, backup_part_bytes));
    const std::size_t before = buffer_.size();
    buffer_.resize(before + wanted);
    const ssize_t got = ::read(reading_, buffer_.data() + before, wanted);
    buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got <= 0) return got < 0 ? cannot("read", source.file) : unavailable(source.file.string() + " became shorter: there is no backup", true);
    left_ -= static_cast<std::uint64_t>(got);
    if (left_ > 0) return {};
    ::close(std::exchange(reading_, -1));
    buffer_ += archive_padding(size_);
    return {};
}

Result<std::string> BackupMaking::finish(std::string by) {
    if (!complete_ || !buffer_.empty()) return conflict("backup-incomplete", "there are parts of this backup that nobody has asked for");
    manifest_.by = std::move(by);
    manifest_.archive_digest = whole_.finish();
    return manifest_.sign(*signer_);
}

}  // namespace seald
