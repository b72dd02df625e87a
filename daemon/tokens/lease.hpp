// For how long and how many signatures a token was unlocked, and by whom. When a lease ends the token is locked.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "core/time.hpp"

namespace seald {

struct LeaseTerms {
    std::string by;  // a person's id, or "configuration" for a PIN that the daemon gets by itself
    Timestamp since{};
    std::optional<std::chrono::milliseconds> duration = {};
    std::optional<std::uint64_t> uses = {};  // signatures asked of the token, whatever came of them
};

class Lease {
  public:
    explicit Lease(LeaseTerms terms) : terms_(std::move(terms)) {}

    const LeaseTerms& terms() const { return terms_; }
    std::uint64_t used() const { return used_; }
    std::optional<Timestamp> until() const;
    bool limited() const { return terms_.duration || terms_.uses; }
    bool allows(std::uint64_t signatures) const { return !terms_.uses || *terms_.uses - used_ >= signatures; }
    bool used_up() const { return !allows(1); }
    void use() { ++used_; }
    std::string words() const;  // "by zhang.wei, until 2026-11-24T08:30:00Z, 3 of 10 uses"

  private:
    LeaseTerms terms_;
    std::uint64_t used_ = 0;
};

}  // namespace seald
