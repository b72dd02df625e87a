// The number of an act that waits for a second person: "P-2026-0001"; the counter starts anew each year.
#pragma once
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace seald {

class ActNumber {
  public:
    static Result<ActNumber> decode(std::string_view text);
    static ActNumber make(int year, unsigned sequence);
    int year() const { return year_; }
    unsigned sequence() const { return sequence_; }
    std::string str() const;
    friend auto operator<=>(const ActNumber&, const ActNumber&) = default;

  private:
    int year_ = 0;
    unsigned sequence_ = 0;
};

}  // namespace seald
