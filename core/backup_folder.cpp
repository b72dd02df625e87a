#include "core/backup_folder.hpp"

#include <fstream>

#include "core/envelope.hpp"

namespace seald {
namespace {

namespace fs = std::filesystem;

Result<std::string> read_whole(const fs::path& file, std::size_t most) {
    std::error_code failed;
    if (!fs::is_regular_file(fs::symlink_status(file, failed))) return not_found("there is no file " + file.string());
    const auto size = fs::file_size(file, failed);
    if (failed) return unavailable("cannot look at " + file.string() + ": " + failed.message(), false);
    if (size > most) return verification_failed(file.string() + " is larger than such a file can be");
    std::ifstream in(file, std::ios::binary);
    std::string content(size, '\0');
    in.read(content.data(), static_cast<std::streamsize>(size));
    if (!in) return unavailable("cannot read " + file.string(), false);
    return content;
}

Error changed(const fs::path& file, const std::string& how) { return verification_failed("the backup was changed: " + file.string() + " " + how); }

Result<std::string> read_part(const BackupFolder& backup, std::size_t position) {
    const fs::path file = backup.folder / backup_part_name(position);
    auto content = read_whole(file, max_backup_part_bytes);
    if (!content && content.error().code == ErrorCode::not_found) return changed(file, "is missing");
    if (!content) return content.error();
    const auto& part = backup.manifest.parts[position];
    if (content->size() != part.size || Digest::of(DigestAlgorithm::sha256, as_bytes(*content)) != part.digest)
        return changed(file, "is not what the manifest says");
    return content;
}

Result<void> check_no_further(const BackupFolder& backup) {
    const fs::path next = backup.folder / backup_part_name(backup.manifest.parts.size());
    std::error_code failed;
    if (fs::exists(fs::symlink_status(next, failed))) return changed(next, "is one more than the manifest says");
    return {};
}

}  // namespace

Result<BackupFolder> open_backup(const fs::path& folder, const LedgerKeys& keys) {
    const auto note = read_whole(folder / "manifest", max_manifest_bytes);
    if (!note && note.error().code == ErrorCode::not_found)
        return not_found(folder.string() + " is no backup, or one that never came to its end: there is no file `manifest` in it");
    if (!note) return note.error();
    auto manifest = BackupManifest::open(*note, keys);
    if (!manifest) return manifest.error();
    return BackupFolder{folder, std::move(*manifest), "sha256:" + Digest::of(DigestAlgorithm::sha256, as_bytes(*note)).hex()};
}

Result<void> check_parts(const BackupFolder& backup) {
    for (std::size_t i = 0; i < backup.manifest.parts.size(); ++i)
        if (auto part = read_part(backup, i); !part) return part.error();
    return check_no_further(backup);
}

Result<std::map<std::string, UnpackedFile>> unpack_backup(const BackupFolder& backup, const PrivateKey& key, const fs::path& into) {
    Unpacking unpacking(into);
    RunningDigest whole(DigestAlgorithm::sha256);
    std::uint64_t size = 0;
    for (std::size_t i = 0; i < backup.manifest.parts.size(); ++i) {
        const auto part = read_part(backup, i);
        if (!part) return part.error();
        const auto content = open_envelope(as_bytes(*part), key);
        if (!content) return Error{.code = content.error().code, .message = (backup.folder / backup_part_name(i)).string() + ": " + content.error().message, .detail = content.error().detail};
        whole.add(*content);
        size += content->size();
        if (auto added = unpacking.add(*content); !added) return added.error();
    }
    if (auto end = check_no_further(backup); !end) return end.error();
    if (size != backup.manifest.archive_size || whole.finish() != backup.manifest.archive_digest)
        return verification_failed("what the backup's parts hold is not what its manifest says");
    return unpacking.finish();
}

}  // namespace seald
