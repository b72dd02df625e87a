// PDF files on their way to a seal: prepared before they are handed in (what is handed in is what the signature will cover),
// whole again when they come back, and sealed at the end. ETSI EN 319 142-1, see client/pdf/.
#pragma once
#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "client/api_client.hpp"
#include "client/check.hpp"
#include "client/document_files.hpp"
#include "client/pdf/preparation.hpp"

namespace seald {

struct PdfOptions {  // where the seal is seen
    unsigned page = 0;
    std::vector<double> corner;
    double width = 0;  // 0: the usual one
    bool invisible = false;

    bool given() const { return page != 0 || !corner.empty() || width != 0 || invisible; }
};
void add_pdf_options(CLI::App& command, PdfOptions& options);

// What all files of one order have in common: the seal as viewers name and show it.
Result<pdf::Wish> wish_for(const ApiClient& api, const std::string& seal, const std::string& purpose, const PdfOptions& options);
Result<pdf::Prepared> prepare_pdf(const std::filesystem::path& file, const pdf::Wish& wish);

// The covered part of each file in `folder`, named and hashed like files that are sealed as they are.
Result<std::vector<DocumentFile>> put_covered_parts(const std::vector<std::string>& files, const pdf::Wish& wish, DigestAlgorithm algorithm,
                                                    const std::filesystem::path& folder);

// Fetched as `covered`: the prepared file in its place. Where it is none, nothing is left there.
Result<void> make_whole(const std::filesystem::path& covered);
// The daemon's copy of what was prepared.
Result<pdf::Prepared> fetch_prepared(const ApiClient& api, const ApplicationView::Document& document);

// Before an approval is spent: is there room for a signature with this seal's certificates?
Result<void> check_room(const boost::json::value& seal);

// What a PDF that carries its signature says of itself: the newest one, and what came of the earlier ones.
struct SealedPdf {
    pdf::Hole hole;
    Bytes cms;
    std::vector<Check> checks;
};
Result<bool> is_pdf(const std::filesystem::path& file);
Result<SealedPdf> read_sealed_pdf(const std::filesystem::path& file);
// All that signatures in this file cover, under every algorithm, as it was approved; none for what is no PDF.
Result<std::vector<Digest>> covered_digests(const std::filesystem::path& file);

}  // namespace seald
