#include "client/ledger_export.hpp"

#include <fstream>

#include "client/ledger_folder.hpp"
#include "client/user_files.hpp"
#include "core/detached_field.hpp"
#include "core/entry_bundle.hpp"
#include "core/json.hpp"

namespace seald {
namespace {

namespace fs = std::filesystem;

class Exporter {
  public:
    Exporter(const ApiClient& api, std::uint64_t size, EntryRange range, fs::path folder)
        : api_(api), size_(size), range_(range), folder_(std::move(folder)), lines_(folder_ / "entries.jsonl") {}

    Result<void> write(const fs::path& name, std::string_view content);
    Result<void> copy_tree();
    Result<void> copy_entries(const Progress& progress);

  private:
    bool wanted(const TilePath& path) const;
    Result<std::string> copy(const TilePath& path);
    Result<void> add_entry(std::uint64_t index, std::string_view entry);
    const ApiClient& api_;
    std::uint64_t size_;
    EntryRange range_;
    fs::path folder_;
    std::ofstream lines_;
};

Result<void> Exporter::write(const fs::path& name, std::string_view content) {
    std::error_code failed;
    fs::create_directories((folder_ / name).parent_path(), failed);
    return write_file(folder_ / name, as_bytes(content), IfExists::replace);
}

Result<std::string> Exporter::copy(const TilePath& path) {
    auto content = api_.get_text("/v1/ledger/" + path.encode());
    if (!content) return content;
    if (auto written = write(path.encode(), *content); !written) return written.error();
    return content;
}

// Of the lowest tiles those of the period, and the last one, which the root is computed from.
bool Exporter::wanted(const TilePath& path) const {
    if (path.level > 0 || path.width < tile_width) return true;
    return path.first() < range_.end && path.first() + path.width > range_.first;
}

Result<void> Exporter::copy_tree() {
    for (unsigned level = 0; has_level(level, size_); ++level)
        for (const auto& path : tiles_of_level(level, size_)) {
            if (!wanted(path)) continue;
            if (auto copied = copy(path); !copied) return copied.error();
        }
    return {};
}

Result<void> Exporter::copy_entries(const Progress& progress) {
    for (std::uint64_t index = range_.first / tile_width; index * tile_width < range_.end; ++index) {
        auto path = FolderTree(folder_, size_).path_of(0, index);
        path.content = TilePath::Content::entries;
        const auto bundle = copy(path);
        if (!bundle) return bundle.error();
        const auto entries = decode_bundle(as_bytes(*bundle));
        if (!entries) return entries.error();
        for (std::size_t i = 0; i < entries->size(); ++i)
            if (auto added = add_entry(path.first() + i, as_text((*entries)[i])); !added) return added;
        if (progress) progress(std::min(path.first() + path.width, range_.end) - range_.first, range_.end - range_.first);
    }
    lines_.flush();
    if (!lines_) return unavailable("cannot write " + (folder_ / "entries.jsonl").string(), false);
    return {};
}

Result<void> Exporter::add_entry(std::uint64_t index, std::string_view entry) {
    if (index >= range_.first && index < range_.end) lines_ << export_line(index, entry) << '\n';
    if (entry.find("\"detached\":") == entry.npos) return {};
    const auto fields = parse_json_object(entry);
    if (!fields) return fields.error();
    for (const auto& digest : detached_digests(*fields)) {
        const auto content = api_.get_text("/v1/ledger/detached/" + digest);
        if (!content) return content.error();
        if (auto written = write(fs::path("detached") / digest.substr(digest.find(':') + 1), *content); !written) return written;
    }
    return {};
}

Result<void> fill(const ApiClient& api, const ExportedTree& tree, EntryRange range, const fs::path& folder, const Progress& progress) {
    Exporter exporter(api, tree.size, range, folder);
    if (auto written = exporter.write("checkpoint", tree.note); !written) return written;
    if (auto written = exporter.write("ledger.vkey", tree.key); !written) return written;
    const std::string covered = std::to_string(range.first) + " to " + std::to_string(range.end - 1) + "\n";
    if (auto written = exporter.write(range_file, covered); !written) return written;
    if (auto copied = exporter.copy_tree(); !copied) return copied;
    return exporter.copy_entries(progress);
}

}  // namespace

Result<void> export_ledger(const ApiClient& api, const ExportedTree& tree, EntryRange range, const fs::path& folder, const Progress& progress) {
    if (fs::exists(folder)) return conflict("file-exists", folder.string() + " exists: an export makes its folder");
    const fs::path partial = folder.string() + ".partial";
    if (fs::exists(partial)) return conflict("file-exists", partial.string() + " is what an interrupted export left: remove it first");
    std::error_code failed;
    if (!fs::create_directories(partial, failed)) return unavailable("cannot make " + partial.string() + ": " + failed.message(), false);
    if (auto filled = fill(api, tree, range, partial, progress); !filled) return filled;
    fs::rename(partial, folder, failed);
    if (failed) return unavailable("cannot make " + folder.string() + ": " + failed.message(), false);
    return {};
}

}  // namespace seald
