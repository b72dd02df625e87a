#include "client/document_transfer.hpp"

#include <unistd.h>

#include <fstream>
#include <iostream>

#include "client/answer_reader.hpp"
#include "client/display_text.hpp"
#include "core/running_digest.hpp"

namespace seald {
namespace {

namespace fs = std::filesystem;

std::string path_of(const Digest& digest) {
    return "/v1/documents/" + std::string(to_string(digest.algorithm())) + "/" + digest.hex();
}

Result<bool> is_there(const ApiClient& api, const Digest& digest) {
    const auto answer = api.get(path_of(digest) + "/mine");
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    const bool there = in.flag("stored");
    if (auto understood = in.finish(); !understood) return understood.error();
    return there;
}

void show_progress(const DocumentFile& file, std::uint64_t sent) {
    static const bool seen = ::isatty(STDERR_FILENO) == 1;
    if (!seen) return;
    const std::uint64_t percent = file.size == 0 ? 100 : sent * 100 / file.size;
    std::cerr << "\r" << printable(file.name) << " " << percent << " %" << (sent == file.size ? "\n" : "") << std::flush;
}

// A name is what the applicant called his file, not a path on this side.
fs::path local_name(const ApplicationView::Document& document, std::size_t position) {
    const bool plain = document.name.find('/') == std::string::npos && document.name != "." && document.name != "..";
    return plain ? fs::path(document.name) : fs::path("document-" + std::to_string(position + 1));
}

}  // namespace

Result<void> hand_in(const ApiClient& api, const std::vector<DocumentFile>& files) {
    for (const DocumentFile& file : files) {
        const auto there = is_there(api, file.digest);
        if (!there) return there.error();
        if (*there) continue;
        const auto stored = api.put_file(path_of(file.digest), file.file, [&](std::uint64_t sent) { show_progress(file, sent); });
        if (!stored) return stored.error();
    }
    return {};
}

Result<fs::path> fetch_document(const ApiClient& api, const ApplicationView::Document& document, std::size_t position, const fs::path& folder) {
    fs::path place = folder / local_name(document, position);
    if (fs::exists(fs::symlink_status(place))) place = folder / (std::to_string(position + 1) + "-" + local_name(document, position).string());
    if (fs::exists(fs::symlink_status(place))) return conflict("file-exists", place.string() + " is there already; give another folder");
    const fs::path part = place.string() + ".part";
    RunningDigest digest(document.digest.algorithm());
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    auto fetched = api.get_pieces(path_of(document.digest), [&](std::string_view piece) {
        digest.add(as_bytes(piece));
        return static_cast<bool>(out.write(piece.data(), static_cast<std::streamsize>(piece.size())));
    });
    out.close();
    if (fetched && !out) fetched = unavailable("cannot write " + part.string(), false);
    if (fetched && digest.finish() != document.digest)
        fetched = verification_failed(document.name + " came with another content than was applied for: it was thrown away");
    std::error_code failure;
    if (fetched) fs::rename(part, place, failure);
    if (fetched && failure) fetched = unavailable("cannot write " + place.string() + ": " + failure.message(), false);
    if (fetched) return place;
    fs::remove(part, failure);
    return fetched.error();
}

}  // namespace seald
