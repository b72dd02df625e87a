#include "config/people_files.hpp"

#include <algorithm>

#include "config/source_text.hpp"

namespace seald {

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> find_files(const fs::path& folder, Mistakes& mistakes) {
    std::vector<fs::path> files;
    std::error_code failure;
    for (const auto& entry : fs::directory_iterator(folder, failure))
        if (entry.path().extension() == ".toml") files.push_back(entry.path());
    if (failure) mistakes.add(0, "people.directory", printable(folder.string(), 300) + ": cannot be read; allowed: a folder that this user may read");
    const auto status = fs::status(folder, failure);
    if (!failure && (status.permissions() & fs::perms::others_write) != fs::perms::none)
        mistakes.add(0, "people.directory", printable(folder.string(), 300) + ": anybody on this host may add files; allowed: chmod o-w");
    std::sort(files.begin(), files.end());
    return files;
}

void read_people(const std::string& text, const fs::path& file, EnrolmentReader& enrolment, Mistakes& mistakes) try {
    const toml::table table = toml::parse(text);
    TableReader root(table, "", mistakes);
    enrolment.read(root, fs::absolute(file).parent_path());
    root.finish();
} catch (const toml::parse_error& error) {
    mistakes.add(error.source().begin.line, "", "not TOML: " + printable(error.description(), 300));
}

}  // namespace

void SourceDigest::add(std::string_view name, std::string_view content) {
    const std::string head = std::to_string(name.size()) + ":" + std::string(name) + ":" + std::to_string(content.size()) + ":";
    running_.add(as_bytes(head));
    running_.add(as_bytes(content));
}

std::vector<fs::path> read_people_files(const fs::path& folder, EnrolmentReader& enrolment, SourceDigest& digest, Mistakes& mistakes) {
    const std::size_t main_file = mistakes.file();
    auto files = find_files(folder, mistakes);
    for (const fs::path& file : files) {
        mistakes.begin_file(file.string());
        const auto text = read_source(file, mistakes);
        if (!text) continue;
        digest.add(file.filename().string(), *text);
        read_people(*text, file, enrolment, mistakes);
    }
    mistakes.return_to(main_file);
    return files;
}

}  // namespace seald
