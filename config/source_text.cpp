#include "config/source_text.hpp"

#include <algorithm>
#include <fstream>

namespace seald {

namespace fs = std::filesystem;

namespace {

// Where strings, comments and brackets begin and end (TOML 1.0, sections "Comment" and "String"); no more than that. A
// text that the parser refuses anyway may be misread after the mistake, where the parser does not get.
class NestingScanner {
  public:
    explicit NestingScanner(std::string_view text) : rest_(text) {}

    std::uint32_t scan() {
        while (!rest_.empty()) {
            step();
            if (brackets_ > max_brackets || dots_ > max_key_dots) return line_;
        }
        return 0;
    }

  private:
    void step() {
        switch (rest_.front()) {
            case '\n':
                ++line_;
                dots_ = 0;
                break;
            case '#':
                return skip_to(rest_.find('\n'));
            case '"':
                return skip_string('"', true);
            case '\'':
                return skip_string('\'', false);
            case '[':
            case '{':
                ++brackets_;
                break;
            case ']':
            case '}':
                brackets_ -= brackets_ > 0 ? 1 : 0;
                break;
            case '.':
                ++dots_;
                break;
            default:
                break;
        }
        rest_.remove_prefix(1);
    }

    void skip_to(std::size_t position) { rest_.remove_prefix(std::min(position, rest_.size())); }

    void skip_string(char quote, bool escapes) {
        const std::string three(3, quote);
        const bool multi_line = rest_.starts_with(three);
        rest_.remove_prefix(multi_line ? 3 : 1);
        while (!rest_.empty()) {
            if (multi_line ? rest_.starts_with(three) : rest_.front() == quote) return end_string(quote, multi_line);
            if (rest_.front() == '\n') {
                if (!multi_line) return;  // unterminated: the parser says so
                ++line_;
            }
            skip_to(escapes && rest_.front() == '\\' && rest_.substr(1, 1) != "\n" ? 2 : 1);
        }
    }

    // A multi-line string may end in one or two quotes of its own: """like "this""""".
    void end_string(char quote, bool multi_line) {
        std::size_t quotes = 1;
        if (multi_line) {
            while (quotes < 5 && quotes < rest_.size() && rest_[quotes] == quote) ++quotes;
        }
        rest_.remove_prefix(quotes);
    }

    std::string_view rest_;
    std::uint32_t line_ = 1;
    unsigned brackets_ = 0;
    unsigned dots_ = 0;
};

}  // namespace

std::uint32_t find_deep_nesting(std::string_view toml) { return NestingScanner(toml).scan(); }

std::string file_problem(const fs::path& file) {
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (!fs::exists(status)) return "there is no such file, or it cannot be reached";
    if (!fs::is_regular_file(status)) return "not a regular file";
    if ((status.permissions() & fs::perms::others_write) != fs::perms::none) {
        return "anybody on this host may change the file; allowed: chmod o-w";
    }
    return {};
}

std::optional<std::string> read_source(const fs::path& file, Mistakes& mistakes) {
    if (const std::string problem = file_problem(file); !problem.empty()) {
        mistakes.add(0, "", problem);
        return std::nullopt;
    }
    std::ifstream in(file, std::ios::binary);
    std::string text(max_configuration_bytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (!in.is_open() || in.bad()) {
        mistakes.add(0, "", "the file cannot be read; allowed: a file that this user may read");
    } else if (text.size() > max_configuration_bytes) {
        mistakes.add(0, "", "the file is too large; allowed: at most 1 MiB");
    } else if (const auto nul = text.find('\0'); nul != text.npos) {
        const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(nul), '\n');
        mistakes.add(static_cast<std::uint32_t>(line), "", "the file contains a NUL byte; allowed: UTF-8 text");
    } else if (const std::uint32_t deep = find_deep_nesting(text)) {
        mistakes.add(deep, "",
                     "nested too deeply; allowed: " + std::to_string(max_brackets) + " brackets inside one another, " +
                         std::to_string(max_key_dots) + " dots in one line's keys");
    } else {
        return text;
    }
    return std::nullopt;
}

}  // namespace seald
