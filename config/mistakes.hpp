// Collects what is wrong with a configuration, so that all of it is reported in one pass. What it repeats from the file
// is made printable first, and it never repeats values: a PIN may have been written where it does not belong.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/configuration.hpp"

namespace seald {

inline constexpr std::size_t max_mistakes = 1000;

class Mistakes {
  public:
    explicit Mistakes(std::string file) { begin_file(std::move(file)); }

    // What is added from now on is about this file; its number among the files.
    std::size_t begin_file(std::string file);
    void return_to(std::size_t file) { file_ = file; }
    std::size_t file() const { return file_; }

    // key may be empty: the mistake is about the line.
    void add(std::uint32_t line, std::string_view key, std::string problem);
    bool none() const { return found_.empty(); }
    std::vector<ConfigurationMistake> in_order() const;  // of files and lines

  private:
    struct Found {
        std::size_t file;
        std::uint32_t line;
        ConfigurationMistake mistake;
    };
    std::vector<std::string> files_;
    std::size_t file_ = 0;
    std::vector<Found> found_;
    std::size_t left_out_ = 0;
};

// Foreign text as it can be shown: no control characters, not too long.
std::string printable(std::string_view text, std::size_t longest = 64);

}  // namespace seald
