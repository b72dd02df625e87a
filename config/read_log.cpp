#include <array>

#include "config/sections.hpp"

namespace seald {

namespace {

template <std::size_t count>
auto one_of(const std::array<std::string_view, count>& words, std::string_view allowed) {
    return [words, allowed](std::string_view text) -> Result<std::string> {
        for (const auto word : words)
            if (word == text) return std::string(text);
        return malformed("allowed: " + std::string(allowed));
    };
}

}  // namespace

void read_log(TableReader reader, Configuration& configuration) {
    const std::array<std::string_view, 3> formats = {"auto", "text", "json"};
    const std::array<std::string_view, 4> levels = {"debug", "info", "warning", "error"};
    if (auto format = reader.decoded("format", Need::optional, one_of(formats, "\"auto\", \"text\", \"json\"")))
        configuration.log_format = *format;
    if (auto level = reader.decoded("level", Need::optional, one_of(levels, "\"debug\", \"info\", \"warning\", \"error\"")))
        configuration.log_level = *level;
    reader.finish();
}

}  // namespace seald
