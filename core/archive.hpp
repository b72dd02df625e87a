// The little of POSIX ustar (IEEE Std 1003.1, pax, "ustar Interchange Format") that a backup needs: regular files under plain
// relative names, so that any tar can list and unpack it.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/digest.hpp"
#include "core/running_digest.hpp"

namespace seald {

// "documents/sha256/ab…": segments of a-z A-Z 0-9 . _ -, none of them "." or "..", at most 99 bytes.
bool is_archive_name(std::string_view name);

std::string archive_header(std::string_view name, std::uint64_t size);  // 512 bytes; at most 8 GiB - 1, or as GNU tar writes more
std::string archive_padding(std::uint64_t size);                        // up to the next 512
std::string archive_end();                                              // 1024 zero bytes

struct UnpackedFile {
    std::uint64_t size;
    Digest digest;  // SHA-256
};

// Takes an archive in pieces and writes its files below a folder, which is empty and private. verification_failed for whatever
// this writer did not make.
class Unpacking {
  public:
    explicit Unpacking(std::filesystem::path folder);
    ~Unpacking();
    Unpacking(const Unpacking&) = delete;
    Unpacking& operator=(const Unpacking&) = delete;

    Result<void> add(BytesView piece);
    Result<std::map<std::string, UnpackedFile>> finish();  // once all of it was added; the files are durable

  private:
    Result<void> begin_file();
    Result<void> end_file();
    Result<void> write(BytesView piece);
    std::filesystem::path folder_;
    std::map<std::string, UnpackedFile> files_;
    std::string header_;                     // of the next file, until it is whole
    std::string name_;                       // of the file under way
    std::uint64_t size_ = 0, left_ = 0, padding_ = 0;
    int descriptor_ = -1;
    bool ended_ = false;
    std::unique_ptr<RunningDigest> running_;
};

}  // namespace seald
