// One backup on its way: a copy of the database as it was at one moment, and what belongs to it, as the parts of one encrypted
// archive. Blocking; belongs to one thread at a time. The writer of the database goes on meanwhile.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/backup_manifest.hpp"
#include "core/certificate.hpp"
#include "core/running_digest.hpp"

namespace seald {

struct BackupSources {
    std::filesystem::path state_dir;
    std::string daemon_id;
    std::vector<std::filesystem::path> configuration;  // files; the first is seald.toml
    std::vector<Certificate> recipients;
};

class BackupMaking {
  public:
    // Copies the database. disk_full where the state's disk has no room for that.
    static Result<std::unique_ptr<BackupMaking>> begin(BackupSources sources, Timestamp now);
    ~BackupMaking();
    BackupMaking(const BackupMaking&) = delete;
    BackupMaking& operator=(const BackupMaking&) = delete;

    Result<Bytes> next_part();  // encrypted; empty once there are no more
    // The signed manifest, once there are no more parts; conflict before.
    Result<std::string> finish(std::string by);
    const BackupManifest& manifest() const { return manifest_; }
    std::uint64_t entries() const { return entries_; }

  private:
    struct Source {
        std::string name;                    // in the archive
        std::filesystem::path file;          // opened when its turn comes; empty: `content` is all of it
        std::string content;
        int descriptor = -1;                 // open already
    };
    BackupMaking(BackupSources sources, Timestamp now);
    Result<void> copy_state();
    Result<void> look_into(const std::filesystem::path& copy);
    Result<void> add_state_files();
    Result<void> check_key(const std::string& pem);
    Result<void> add_configuration();
    Result<void> fill();          // the buffer, with the next of the archive
    Result<bool> begin_source();  // false: it is gone
    Result<void> read_source();

    BackupSources sources_;
    BackupManifest manifest_;
    std::string keys_in_copy_;  // the key that the copied ledger's last change of its key led to; empty: there was none
    std::optional<NoteSigner> signer_;
    std::uint64_t entries_ = 0;
    std::vector<Source> each_;
    std::size_t next_ = 0;
    int reading_ = -1;
    std::uint64_t size_ = 0, left_ = 0;  // of the source under way
    bool complete_ = false;
    std::string buffer_;
    RunningDigest whole_{DigestAlgorithm::sha256};
};

}  // namespace seald
