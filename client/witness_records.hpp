// What a witness cosigned last of each ledger: a checkpoint in a file of its own, replaced durably. One process at a time.
// A record that is missing is not taken for a ledger that was never seen, since its ledger could then be rolled back.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/ledger_keys.hpp"

namespace seald {

class WitnessRecords {
  public:
    struct Ledger {
        LedgerKeys keys;
        Checkpoint last;  // size 0: nothing was cosigned yet
    };

    // Makes the folder where there is none. `begin`: a ledger without a record is one that was never seen; without it,
    // only a folder that was just made is begun with.
    static Result<WitnessRecords> open(std::filesystem::path folder, const std::vector<LedgerKeys>& ledgers, bool begin);
    WitnessRecords(WitnessRecords&& other) noexcept;
    WitnessRecords& operator=(WitnessRecords&&) = delete;
    ~WitnessRecords();

    const Ledger* find(const std::string& origin) const;
    // Durable when it returns; the folder's entry too. `note` holds `checkpoint` and the ledger's signature.
    Result<void> keep(const Checkpoint& checkpoint, const std::string& note);
    // Two checkpoints of one size: kept for whoever judges it, the first one only.
    Result<void> keep_evidence(const Checkpoint& checkpoint, const std::string& note);
    const std::map<std::string, Ledger>& ledgers() const { return ledgers_; }  // by origin

  private:
    WitnessRecords(std::filesystem::path folder, int lock) : folder_(std::move(folder)), lock_(lock) {}
    Result<void> load(const LedgerKeys& keys, bool begin);
    std::filesystem::path file_of(const std::string& origin, const char* suffix) const;
    std::filesystem::path folder_;
    int lock_;  // of the folder
    std::map<std::string, Ledger> ledgers_;
};

}  // namespace seald
