#include "daemon/documents/document_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "daemon/store/sqlite.hpp"

namespace seald {
namespace {

namespace fs = std::filesystem;

Error cannot(const std::string& what, int code) {
    const bool full = code == ENOSPC || code == EDQUOT;
    auto error = unavailable(what + (full ? ": the disk is full" : ""), full || code == EIO, std::generic_category().message(code));
    if (full) error.rule = disk_full_rule;
    return error;
}

Result<void> sync_folder(const fs::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int code = errno;
    if (descriptor >= 0) ::close(descriptor);
    if (!synced) return cannot("the document cannot be made durable", code);
    return {};
}

Result<void> make_folder(const fs::path& folder) {
    if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
    return cannot("cannot make the folder " + folder.string(), errno);
}

}  // namespace

IncomingFile::IncomingFile(fs::path file, fs::path place, Digest announced, int descriptor)
    : file_(std::move(file)),
      place_(std::move(place)),
      announced_(announced),
      running_(announced.algorithm()),
      descriptor_(descriptor) {}

IncomingFile::~IncomingFile() {
    ::close(descriptor_);
    if (!file_.empty()) ::unlink(file_.c_str());
}

Result<void> IncomingFile::add(std::string_view piece) {
    running_.add(as_bytes(piece));
    while (!piece.empty()) {
        const ssize_t written = ::write(descriptor_, piece.data(), piece.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return cannot("the document cannot be stored", errno);
        piece.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> IncomingFile::keep() {
    if (running_.finish() != announced_) {
        Error error = unacceptable("the content does not have the digest " + announced_.hex() + ": nothing was stored");
        error.rule = "digest-mismatch";
        return error;
    }
    if (::fsync(descriptor_) != 0) return cannot("the document cannot be made durable", errno);
    if (::rename(file_.c_str(), place_.c_str()) != 0) return cannot("the document cannot be stored", errno);
    file_.clear();
    return sync_folder(place_.parent_path());
}

StoredFile::~StoredFile() { ::close(descriptor_); }

Result<std::string> StoredFile::read_next(std::size_t most) {
    std::string piece(most, '\0');
    ssize_t got = -1;
    do got = ::read(descriptor_, piece.data(), piece.size());
    while (got < 0 && errno == EINTR);
    if (got < 0) return cannot("the document cannot be read", errno);
    piece.resize(static_cast<std::size_t>(got));
    return piece;
}

Result<DocumentFiles> DocumentFiles::open(const fs::path& state_dir) {
    DocumentFiles files(state_dir / "documents");
    if (auto made = make_folder(files.folder_); !made) return made.error();
    for (const char* part : {"incoming", "sha256", "sha384", "sha512"})
        if (auto made = make_folder(files.folder_ / part); !made) return made.error();
    std::error_code failure;
    for (const auto& left : fs::directory_iterator(files.folder_ / "incoming", failure)) fs::remove(left, failure);
    if (failure) return cannot("cannot clear " + (files.folder_ / "incoming").string(), failure.value());
    return files;
}

Result<std::unique_ptr<IncomingFile>> DocumentFiles::begin(const Digest& announced) const {
    std::string file = folder_ / "incoming" / "XXXXXX";
    const int descriptor = ::mkostemp(file.data(), O_CLOEXEC);
    if (descriptor < 0) return cannot("the document cannot be stored", errno);
    return std::unique_ptr<IncomingFile>(new IncomingFile(file, place_of(announced), announced, descriptor));
}

Result<std::unique_ptr<StoredFile>> DocumentFiles::find(const Digest& digest) const {
    const int descriptor = ::open(place_of(digest).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) return cannot("the document's file is missing from the daemon's state", errno);
    struct stat status {};
    const bool known = ::fstat(descriptor, &status) == 0;
    auto file = std::unique_ptr<StoredFile>(new StoredFile(descriptor, known ? static_cast<std::uint64_t>(status.st_size) : 0));
    if (!known) return cannot("the document cannot be read", errno);
    return file;
}

Result<void> DocumentFiles::keep_only(const std::set<Digest>& documents) const {
    std::set<fs::path> places;
    for (const auto& digest : documents) places.insert(place_of(digest));
    std::error_code failure;
    for (const char* part : {"sha256", "sha384", "sha512"})
        for (const auto& file : fs::directory_iterator(folder_ / part, failure))
            if (!places.contains(file.path())) fs::remove(file, failure);
    if (failure) return cannot("cannot clear " + folder_.string(), failure.value());
    return {};
}

fs::path DocumentFiles::place_of(const Digest& digest) const {
    return folder_ / std::string(to_string(digest.algorithm())) / digest.hex();
}

}  // namespace seald
