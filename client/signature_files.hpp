// Where signatures and receipts go: FILE.p7s and FILE.receipt; for a PDF FILE.sealed.pdf and FILE.sealed.pdf.receipt. The places are settled before the daemon is asked, since
// a signature that cannot be put anywhere is a spent approval. Refuses names from the daemon that would lead out of the
// folder.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "client/user_files.hpp"
#include "core/digest.hpp"

namespace seald {

struct WantedSignature {
    Digest digest;
    std::string name;            // for people and the ledger
    std::filesystem::path file;  // empty: there is no file here, only a digest
    bool inside = false;         // the signature goes into the file, a PDF
};

struct SignaturePlace {
    std::filesystem::path signature, receipt;
};

// `out` empty: beside the file, or in the current folder; otherwise a file for one document, a folder for several.
// conflict when a place is taken (unless `if_exists` is replace) or two documents would go to the same one.
Result<std::vector<SignaturePlace>> settle_places(const std::vector<WantedSignature>& wanted, const std::string& out,
                                                  IfExists if_exists);

}  // namespace seald
