// Files on this side of the socket: hashed here, streaming; only digests and names go to the daemon.
#pragma once
#include <boost/json/array.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "client/application_view.hpp"
#include "client/pdf/covered.hpp"

namespace seald {

struct DocumentFile {
    std::filesystem::path file;
    std::string name;  // without folders, as people will see it
    Digest digest;
    std::uint64_t size;
};

Result<std::string> shown_name(const std::filesystem::path& file);  // without folders; malformed
// not_found, or malformed for a name that cannot be shown (control characters, broken UTF-8).
Result<std::vector<DocumentFile>> hash_files(const std::vector<std::string>& files, DigestAlgorithm algorithm);

inline constexpr std::string_view pdf_format = "pades";  // the signature goes into the file, a PDF that was prepared for it

// The application's documents that these files are, in the files' order, hashed with the algorithm the application
// uses. refused, naming the file, when a file is not among the application's documents; malformed: not a prepared PDF.
struct MatchedFile {
    std::filesystem::path file;
    ApplicationView::Document document;
    std::optional<pdf::Prepared> prepared;  // with the format for PDFs
};
Result<std::vector<MatchedFile>> match_files(const std::vector<std::string>& files, const ApplicationView& application);

// [{"digest":{"alg","value"},"name","size"}] as the API has it.
boost::json::array describe_documents(const std::vector<DocumentFile>& files);
boost::json::object describe_digest(const Digest& digest);

}  // namespace seald
