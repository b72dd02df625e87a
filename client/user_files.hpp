// Files of the person who runs sealctl: the folder for keys, reading small files, and writing new ones so that a reader
// sees all of a file or none. Refuses to overwrite unless told to.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "core/encoding.hpp"
#include "core/error.hpp"

namespace seald {

Result<std::filesystem::path> own_file(std::string_view name);  // ~/.config/seald/<name>; from $HOME

// The whole file; not_found, or too_large above the limit. "-" is standard input.
Result<std::string> read_file(const std::filesystem::path& file, std::size_t max_bytes);

// A short text that may also stand in a file: the file's content where there is such a file, without the blanks at its end.
Result<std::string> read_text_or_file(const std::string& text_or_file);

enum class IfExists { refuse, replace };
// Temporary file beside it, synced, then put in place; mode as the umask says.
Result<void> write_file(const std::filesystem::path& file, BytesView content, IfExists if_exists);

}  // namespace seald
