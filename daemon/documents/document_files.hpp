// Documents as files under state_dir/documents: <algorithm>/<hex>. A file is there under its digest only when all of it is
// on the disk and was hashed; what is still coming in, or never came to its end, is under incoming/. Blocking.
#pragma once
#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "core/running_digest.hpp"

namespace seald {

class IncomingFile {
  public:
    IncomingFile(const IncomingFile&) = delete;
    IncomingFile& operator=(const IncomingFile&) = delete;
    ~IncomingFile();  // removes it unless it was kept

    Result<void> add(std::string_view piece);
    Result<void> keep();  // unacceptable "digest-mismatch" when the content is not what was announced

  private:
    friend class DocumentFiles;
    IncomingFile(std::filesystem::path file, std::filesystem::path place, Digest announced, int descriptor);
    std::filesystem::path file_, place_;
    Digest announced_;
    RunningDigest running_;
    int descriptor_;
};

class StoredFile {
  public:
    StoredFile(const StoredFile&) = delete;
    StoredFile& operator=(const StoredFile&) = delete;
    ~StoredFile();
    std::uint64_t size() const { return size_; }
    Result<std::string> read_next(std::size_t most);  // empty at its end

  private:
    friend class DocumentFiles;
    StoredFile(int descriptor, std::uint64_t size) : descriptor_(descriptor), size_(size) {}
    int descriptor_;
    std::uint64_t size_;
};

class DocumentFiles {
  public:
    // Makes the folders, and clears away what a stopped daemon left half received.
    static Result<DocumentFiles> open(const std::filesystem::path& state_dir);

    Result<std::unique_ptr<IncomingFile>> begin(const Digest& announced) const;
    Result<void> keep_only(const std::set<Digest>& documents) const;  // deletes every other one
    Result<std::unique_ptr<StoredFile>> find(const Digest& digest) const;

  private:
    explicit DocumentFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
    std::filesystem::path place_of(const Digest& digest) const;
    std::filesystem::path folder_;
};

}  // namespace seald
