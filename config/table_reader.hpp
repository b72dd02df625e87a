// Takes the keys of one TOML table strictly: a missing, unknown, unsupported or wrongly typed key is a mistake, and so
// is a text with control characters in it. Mistakes are collected; reading goes on, so that all are found.
#pragma once
#include <toml++/toml.h>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/mistakes.hpp"

namespace seald {

enum class Need { mandatory, optional };

struct TextAt {  // an element of a list
    std::string text;
    std::uint32_t line;
    std::string path;  // "person[0].roles[1]"
};

class TableReader {
  public:
    TableReader(const toml::table& table, std::string path, Mistakes& mistakes);

    std::optional<std::string> text(std::string_view key, Need need);
    std::optional<std::int64_t> integer(std::string_view key, std::int64_t low, std::int64_t high);
    std::optional<bool> boolean(std::string_view key);
    std::vector<TextAt> texts(std::string_view key, Need need);  // a list; nothing twice; not empty when mandatory
    const toml::table* table(std::string_view key, Need need);
    std::vector<const toml::table*> tables(std::string_view key, Need need);
    bool has_any(std::initializer_list<std::string_view> keys) const;

    // A text decoded by a function std::string_view -> Result<T>.
    template <class Decode>
    auto decoded(std::string_view key, Need need, Decode decode)
        -> std::optional<typename decltype(decode(std::string_view()))::value_type> {
        const auto found = text(key, need);
        if (!found) return std::nullopt;
        auto value = decode(std::string_view(*found));
        if (value) return std::move(*value);
        mistake(key, value.error().message);
        return std::nullopt;
    }

    // A key of the interface that this build does not carry out: refused, because ignoring a rule would be permission.
    void unsupported(std::string_view key, std::string_view words = "not supported by this build");
    void finish();  // unknown keys

    void mistake(std::string_view key, std::string problem);  // at the key's line; at the table's when it is not there
    std::string path_of(std::string_view key) const;
    std::uint32_t line_of(std::string_view key) const;
    const std::string& path() const { return path_; }
    Mistakes& mistakes() { return mistakes_; }

  private:
    const toml::node* take(std::string_view key, Need need, toml::node_type type, std::string_view type_words);
    std::string unknown(std::string_view key) const;

    const toml::table& table_;
    std::string path_;
    Mistakes& mistakes_;
    std::set<std::string, std::less<>> known_, unsupported_;
};

std::uint32_t line_of(const toml::node& node);

}  // namespace seald
