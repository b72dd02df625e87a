// Reads a configuration file into memory, bounded, before any parser sees it: its size, NUL bytes, and how deeply it
// nests (the TOML library builds and frees nested tables recursively, and limits neither dotted keys nor table
// headers).
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "config/mistakes.hpp"

namespace seald {

inline constexpr std::size_t max_configuration_bytes = 1024 * 1024;
inline constexpr unsigned max_brackets = 8;   // [ and { inside one another
inline constexpr unsigned max_key_dots = 16;  // in one line, outside strings

// Empty after a mistake.
std::optional<std::string> read_source(const std::filesystem::path& file, Mistakes& mistakes);

// The line where the text nests too deeply; 0: nowhere.
std::uint32_t find_deep_nesting(std::string_view toml);

// What speaks against relying on this file: not a regular file, or others than its owner's group may change it. Empty
// when nothing does.
std::string file_problem(const std::filesystem::path& file);

}  // namespace seald
