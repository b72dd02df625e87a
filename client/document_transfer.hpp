// The documents of applications on their way to the daemon and back: nothing is sent twice, nothing is kept that does not
// have the digest it should have.
#pragma once
#include <filesystem>
#include <vector>

#include "client/api_client.hpp"
#include "client/document_files.hpp"

namespace seald {

// Sends what the daemon does not hold yet of this person; on a terminal it shows how far it is.
Result<void> hand_in(const ApiClient& api, const std::vector<DocumentFile>& files);

// Writes the document into `folder` and returns where; conflict when a file with its name is there.
Result<std::filesystem::path> fetch_document(const ApiClient& api, const ApplicationView::Document& document, std::size_t position,
                                             const std::filesystem::path& folder);

}  // namespace seald
