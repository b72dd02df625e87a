// The signatures of people inside a ledger's entries, proofs of use, decisions and confirmations of acts: all of them are checked while a ledger is
// gone through. Entries that have none cost nothing.
#pragma once
#include <functional>
#include <string_view>

#include "client/check.hpp"
#include "core/detached_field.hpp"

namespace seald {

class RecordedSignatures {
  public:
    // Signatures and keys may be kept beside their entries.
    explicit RecordedSignatures(DetachedLookup find_detached) : find_(std::move(find_detached)) {}
    void look_at(std::uint64_t index, std::string_view entry);
    std::vector<Check> verdict() const;

  private:
    void fail(std::uint64_t index, const std::string& words);
    DetachedLookup find_;
    std::uint64_t proofs_ = 0, decisions_ = 0, confirmations_ = 0, without_key_ = 0, failures_ = 0;
    std::vector<Check> failed_;  // the first 20
};

}  // namespace seald
