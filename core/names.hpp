// Identifiers that cannot be wrong: made only by decode(), compared as exact bytes.
// [a-z0-9] first, then [a-z0-9._-], 64 bytes at most; so no case variants, blanks, NUL or look-alikes.
#pragma once
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace seald {

template <class Tag>
class Name {
  public:
    static Result<Name> decode(std::string_view text);  // malformed, naming the kind of name and the rule
    const std::string& str() const { return text_; }
    friend auto operator<=>(const Name&, const Name&) = default;

  private:
    explicit Name(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

struct SealNameTag { static constexpr std::string_view what = "seal name"; };
struct TokenNameTag { static constexpr std::string_view what = "token name"; };
struct PersonIdTag { static constexpr std::string_view what = "person id"; };       // persons and application clients share one name space
struct DepartmentTag { static constexpr std::string_view what = "department"; };
struct StepNameTag { static constexpr std::string_view what = "step name"; };

using SealName = Name<SealNameTag>;
using TokenName = Name<TokenNameTag>;
using PersonId = Name<PersonIdTag>;
using Department = Name<DepartmentTag>;
using StepName = Name<StepNameTag>;

// The number of an application to use a seal: "A-2026-0001"; the counter starts anew each year.
class ApplicationNumber {
  public:
    static Result<ApplicationNumber> decode(std::string_view text);
    static ApplicationNumber make(int year, unsigned sequence);
    int year() const { return year_; }
    unsigned sequence() const { return sequence_; }
    std::string str() const;
    friend auto operator<=>(const ApplicationNumber&, const ApplicationNumber&) = default;

  private:
    int year_ = 0;
    unsigned sequence_ = 0;
};

// What a person typed for other people to read (purpose, reason, title, file name): clean UTF-8, within a limit
// in bytes, not empty. `what` names the field in the error.
Result<std::string> decode_text(std::string_view text, std::string_view what, std::size_t max_bytes);

}  // namespace seald
