#include "client/document_files.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <set>

namespace seald {
namespace {

constexpr std::size_t max_name_bytes = 255;

Result<ApplicationView::Document> find_document(const std::string& file, const ApplicationView& application) {
    std::set<DigestAlgorithm> algorithms;
    for (const auto& document : application.documents) algorithms.insert(document.digest.algorithm());
    for (const DigestAlgorithm algorithm : algorithms) {
        const auto digest = Digest::of_file(algorithm, file);
        if (!digest) return digest.error();
        const auto found = std::find_if(application.documents.begin(), application.documents.end(),
                                        [&](const auto& document) { return document.digest == *digest; });
        if (found != application.documents.end()) return *found;
    }
    return refusal("document-not-in-application",
                   file + " is not one of the documents of " + application.number.str() + ": its digest is different");
}

}  // namespace

Result<std::vector<DocumentFile>> hash_files(const std::vector<std::string>& files, DigestAlgorithm algorithm) {
    std::vector<DocumentFile> hashed;
    for (const std::string& file : files) {
        const std::filesystem::path path(file);
        auto name = decode_text(path.filename().string(), "file name", max_name_bytes);
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
        auto document = find_document(file, application);
        if (!document) return document.error();
        matched.push_back({file, std::move(*document)});
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
