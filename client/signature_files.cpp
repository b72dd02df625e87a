#include "client/signature_files.hpp"

#include <set>

namespace seald {
namespace {

namespace fs = std::filesystem;

fs::path with_ending(const fs::path& file, const char* ending) { return fs::path(file.string() + ending); }

Result<fs::path> file_name(const WantedSignature& wanted) {
    if (!wanted.file.empty()) return wanted.file.filename();
    const fs::path name(wanted.name);
    const bool plain =
        !name.empty() && !name.has_parent_path() && !name.has_root_path() && !wanted.name.starts_with('.');
    if (!plain)
        return malformed("the document's name '" + wanted.name + "' cannot be a file name here; give the file or -o");
    return name;
}

Result<SignaturePlace> place_of(const WantedSignature& wanted, const std::string& out, bool only_one) {
    if (!out.empty() && only_one && !fs::is_directory(out)) {
        const fs::path file(out);
        const fs::path stem = file.extension() == ".p7s" ? fs::path(file).replace_extension() : file;
        return SignaturePlace{file, with_ending(stem, ".receipt")};
    }
    const auto name = file_name(wanted);
    if (!name) return name.error();
    const fs::path folder = !out.empty() ? fs::path(out) : wanted.file.parent_path();
    if (wanted.inside) {
        const fs::path sealed = with_ending(folder / (name->extension() == ".pdf" ? name->stem() : *name), ".sealed.pdf");
        return SignaturePlace{sealed, with_ending(sealed, ".receipt")};
    }
    return SignaturePlace{with_ending(folder / *name, ".p7s"), with_ending(folder / *name, ".receipt")};
}

}  // namespace

Result<std::vector<SignaturePlace>> settle_places(const std::vector<WantedSignature>& wanted, const std::string& out,
                                                  IfExists if_exists) {
    const bool only_one = wanted.size() == 1;
    if (!only_one && !out.empty() && !fs::is_directory(out))
        return malformed("-o " + out + " is not a folder, and there are several documents");
    std::vector<SignaturePlace> places;
    std::set<fs::path> taken;
    for (const WantedSignature& each : wanted) {
        auto place = place_of(each, out, only_one);
        if (!place) return place.error();
        for (const fs::path& file : {place->signature, place->receipt}) {
            if (!taken.insert(fs::absolute(file).lexically_normal()).second) {
                return conflict("same-file",
                                "two documents would go to " + file.string() + "; sign them one by one with -o");
            }
            if (if_exists == IfExists::refuse && fs::exists(file)) {
                return conflict("file-exists", file.string() + " exists; --force replaces it");
            }
        }
        places.push_back(std::move(*place));
    }
    return places;
}

}  // namespace seald
