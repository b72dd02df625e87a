#include "client/document_files.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <functional>
#include <set>

#include "client/pdf/signatures.hpp"
#include "client/user_files.hpp"

namespace seald {
namespace {

constexpr std::size_t max_name_bytes = 255;

Error not_among(const std::string& file, const ApplicationView& application) {
    return refusal("document-not-in-application", file + " is not one of the documents of " + application.number.str() + ": its digest is different");
}

// The document that this file is, by its digest under each algorithm that the application uses.
Result<MatchedFile> match(const std::string& file, const ApplicationView& application, const std::function<Result<Digest>(DigestAlgorithm)>& digest_by) {
    std::set<DigestAlgorithm> algorithms;
    for (const auto& document : application.documents) algorithms.insert(document.digest.algorithm());
    for (const DigestAlgorithm algorithm : algorithms) {
        const auto digest = digest_by(algorithm);
        if (!digest) return digest.error();
        const auto found = std::ranges::find(application.documents, *digest, &ApplicationView::Document::digest);
        if (found != application.documents.end()) return MatchedFile{file, *found, std::nullopt};
    }
    return not_among(file, application);
}

Result<MatchedFile> match_whole(const std::string& file, const ApplicationView& application) {
    return match(file, application, [&](DigestAlgorithm algorithm) { return Digest::of_file(algorithm, file); });
}

Result<MatchedFile> match_pdf(const std::string& file, const ApplicationView& application) {
    auto content = read_file(file, pdf::max_bytes);
    if (!content) return content.error();
    auto prepared = pdf::check_prepared(std::move(*content), file);
    if (!prepared) return prepared.error();
    auto matched = match(file, application, [&](DigestAlgorithm algorithm) { return pdf::covered_digest(prepared->content, prepared->hole, algorithm); });
    if (matched) matched->prepared = std::move(*prepared);
    return matched;
}

}  // namespace

Result<std::string> shown_name(const std::filesystem::path& file) { return decode_text(file.filename().string(), "file name", max_name_bytes); }

Result<std::vector<DocumentFile>> hash_files(const std::vector<std::string>& files, DigestAlgorithm algorithm) {
    std::vector<DocumentFile> hashed;
    for (const std::string& file : files) {
        const std::filesystem::path path(file);
        auto name = shown_name(path);
        if (!name) return name.error();
        const auto digest = Digest::of_file(algorithm, path);
        if (!digest) return digest.error();
        std::error_code unknown;
        const auto size = std::filesystem::file_size(path, unknown);
        hashed.push_back({path, std::move(*name), *digest, unknown ? 0 : size});
    }
    return hashed;
}

Result<std::vector<MatchedFile>> match_files(const std::vector<std::string>& files,
                                             const ApplicationView& application) {
    std::vector<MatchedFile> matched;
    for (const std::string& file : files) {
        auto one = application.format == pdf_format ? match_pdf(file, application) : match_whole(file, application);
        if (!one) return one.error();
        matched.push_back(std::move(*one));
    }
    return matched;
}

boost::json::object describe_digest(const Digest& digest) {
    return {{"alg", to_string(digest.algorithm())}, {"value", digest.hex()}};
}

boost::json::array describe_documents(const std::vector<DocumentFile>& files) {
    boost::json::array documents;
    for (const DocumentFile& file : files) {
        documents.push_back(
            boost::json::object{{"digest", describe_digest(file.digest)}, {"name", file.name}, {"size", file.size}});
    }
    return documents;
}

}  // namespace seald
