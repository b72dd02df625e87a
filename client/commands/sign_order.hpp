// What `sealctl sign` asks for, settled before the daemon is asked: which seal, which documents, on which grounds.
#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "client/api_client.hpp"
#include "client/pdf_files.hpp"
#include "client/signature_files.hpp"

namespace seald {

struct SignOptions {
    std::string application, seal, out, request_id, purpose, key, module;
    std::vector<std::string> approvals, files;
    bool force = false;
    PdfOptions pdf;
};

// What is asked for: the seal, the documents, and the part of the request that says why it is permitted.
struct Order {
    std::string seal;
    std::vector<WantedSignature> documents;
    boost::json::object grounds;
    std::string format = "cms";
    std::vector<pdf::Prepared> pdfs = {};  // of each document, where the format is for PDFs
    bool prepared_here = false;            // and nobody else has them
};

// By an application, by a number of uses, or by approval tokens of outside systems.
Result<Order> settle_order(const ApiClient& api, const SignOptions& options);

}  // namespace seald
