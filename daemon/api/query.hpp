// Reads query parameters strictly: unknown ones and odd numbers are errors that name the parameter.
#pragma once
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace seald {

class Query {
  public:
    using Parameters = std::map<std::string, std::string, std::less<>>;
    explicit Query(const Parameters& parameters) : parameters_(parameters) {}

    Result<void> only(std::initializer_list<std::string_view> known) const;
    std::optional<std::string> find_text(std::string_view name) const;
    Result<std::optional<std::uint64_t>> find_number(std::string_view name) const;
    // `fallback` when absent; malformed above `most`.
    Result<std::uint64_t> number(std::string_view name, std::uint64_t fallback, std::uint64_t most) const;

  private:
    const Parameters& parameters_;
};

}  // namespace seald
