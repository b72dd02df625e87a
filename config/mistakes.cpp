#include "config/mistakes.hpp"

#include <algorithm>
#include <utility>

namespace seald {

std::size_t Mistakes::begin_file(std::string file) {
    files_.push_back(std::move(file));
    return file_ = files_.size() - 1;
}

void Mistakes::add(std::uint32_t line, std::string_view key, std::string problem) {
    if (found_.size() == max_mistakes) {
        ++left_out_;
        return;
    }
    std::string where = files_[file_];
    if (line > 0) where += ":" + std::to_string(line);
    if (!key.empty()) where += ": " + std::string(key);
    found_.push_back({file_, line, {std::move(where), std::move(problem)}});
}

std::vector<ConfigurationMistake> Mistakes::in_order() const {
    std::vector<Found> sorted = found_;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Found& a, const Found& b) { return std::pair(a.file, a.line) < std::pair(b.file, b.line); });
    std::vector<ConfigurationMistake> mistakes;
    for (Found& found : sorted) mistakes.push_back(std::move(found.mistake));
    if (left_out_ > 0) mistakes.push_back({files_.front(), "and " + std::to_string(left_out_) + " more mistakes"});
    return mistakes;
}

std::string printable(std::string_view text, std::size_t longest) {
    std::string shown(text.substr(0, longest));
    if (!is_clean_text(shown)) {  // cutting may have split a character, too
        std::replace_if(
            shown.begin(), shown.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
    }
    return text.size() > longest ? shown + "..." : shown;
}

}  // namespace seald
