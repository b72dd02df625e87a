#include "client/commands/sign_order.hpp"

#include "client/answer_reader.hpp"
#include "client/application_view.hpp"
#include "client/approval_files.hpp"
#include "client/document_files.hpp"
#include "client/pdf/signatures.hpp"
#include "client/user_files.hpp"

namespace seald {
namespace {

// The algorithm that the approvals speak of; quotas name no digest, so then it is the one that suits the seal's key.
Result<DigestAlgorithm> digest_for(const ApiClient& api, const std::string& seal,
                                   const std::vector<ApprovalFile>& approvals) {
    for (const ApprovalFile& approval : approvals) {
        if (!approval.claims.documents.empty()) return approval.claims.documents.front().digest.algorithm();
    }
    const auto answer = api.get("/v1/seals/" + percent_encode(seal));
    if (!answer) return answer.error();
    const auto algorithm = decode_key_algorithm(shown_field(*answer, "algorithm"));
    if (!algorithm) return algorithm.error();
    return default_digest(*algorithm);
}

// Files that nobody looks at before they are sealed are prepared now; one that an earlier try prepared is taken as it is.
Result<pdf::Prepared> prepared_form(const std::string& file, const pdf::Wish& wish) {
    auto content = read_file(file, pdf::max_bytes);
    if (!content) return content.error();
    if (auto prepared = pdf::check_prepared(std::move(*content), file)) return prepared;
    return prepare_pdf(file, wish);
}

Result<Order> prepare_order(const ApiClient& api, const SignOptions& options, const std::string& purpose, DigestAlgorithm algorithm, Order order) {
    const auto wish = wish_for(api, order.seal, purpose, options.pdf);
    if (!wish) return wish.error();
    for (const auto& file : options.files) {
        auto name = shown_name(file);
        if (!name) return name.error();
        auto prepared = prepared_form(file, *wish);
        if (!prepared) return prepared.error();
        order.documents.push_back({pdf::covered_digest(prepared->content, prepared->hole, algorithm), std::move(*name), file, true});
        order.pdfs.push_back(std::move(*prepared));
    }
    order.prepared_here = true;
    return order;
}

// A number of uses is for any documents: these files.
Result<Order> order_by_quota(const ApiClient& api, const SignOptions& options, const std::string& purpose, Order order) {
    if (options.files.empty()) return malformed("which files? " + options.application + " grants a number of uses and names none");
    const auto algorithm = digest_for(api, order.seal, {});
    if (!algorithm) return algorithm.error();
    if (order.format == pdf_format) return prepare_order(api, options, purpose, *algorithm, std::move(order));
    const auto files = hash_files(options.files, *algorithm);
    if (!files) return files.error();
    for (const auto& each : *files) order.documents.push_back({each.digest, each.name, each.file});
    return order;
}

// The prepared files that are here, or the daemon's.
Result<Order> order_pdfs(const ApiClient& api, const SignOptions& options, const ApplicationView& application, Order order) {
    const auto shown = api.get("/v1/seals/" + percent_encode(order.seal));
    if (!shown) return shown.error();
    if (auto fits = check_room(*shown); !fits) return fits.error();
    auto matched = match_files(options.files, application);
    if (!matched) return matched.error();
    for (auto& each : *matched) {
        order.documents.push_back({each.document.digest, each.document.name, each.file, true});
        order.pdfs.push_back(std::move(*each.prepared));
    }
    if (!options.files.empty()) return order;
    for (const auto& each : application.documents) {
        if (each.sealed && options.request_id.empty()) continue;
        auto prepared = fetch_prepared(api, each);
        if (!prepared) return prepared.error();
        order.documents.push_back({each.digest, each.name, {}, true});
        order.pdfs.push_back(std::move(*prepared));
    }
    return order;
}

Result<Order> order_by_application(const ApiClient& api, const SignOptions& options) {
    const auto answer = api.get("/v1/applications/" + percent_encode(options.application));
    if (!answer) return answer.error();
    const auto application = decode_application(*answer);
    if (!application) return application.error();
    Order order{application->seal.str(), {}, {{"application", options.application}}, application->format};
    if (options.pdf.given() && !(application->quota && order.format == pdf_format))
        return malformed("where the seal is seen was said when " + options.application + " was handed in: --page, --at, --width and --invisible are for a number of uses with format pades");
    if (application->quota) return order_by_quota(api, options, options.purpose.empty() ? application->purpose : options.purpose, std::move(order));
    if (order.format == pdf_format) return order_pdfs(api, options, *application, std::move(order));
    const auto matched = match_files(options.files, *application);
    if (!matched) return matched.error();
    for (const auto& each : *matched) order.documents.push_back({each.document.digest, each.document.name, each.file});
    if (!options.files.empty()) return order;
    for (const auto& each : application->documents) {
        // A repeated request asks again for what it got before, which is sealed by now.
        if (!each.sealed || !options.request_id.empty()) order.documents.push_back({each.digest, each.name, {}});
    }
    return order;
}

Result<Order> order_by_approvals(const ApiClient& api, SignOptions options) {
    if (options.pdf.given()) return malformed("--page, --at, --width and --invisible: files with approval tokens are sealed as they are");
    take_approvals_out(options.files, options.approvals);
    if (options.files.empty()) return malformed("which files? give them after the approval tokens");
    std::vector<ApprovalFile> approvals;
    boost::json::array tokens;
    for (const std::string& file : options.approvals) {
        auto approval = read_approval_file(file);
        if (!approval) return approval.error();
        tokens.push_back(boost::json::string(approval->jws));
        approvals.push_back(std::move(*approval));
    }
    const auto algorithm = digest_for(api, options.seal, approvals);
    if (!algorithm) return algorithm.error();
    const auto files = hash_files(options.files, *algorithm);
    if (!files) return files.error();
    Order order{options.seal, {}, {{"approvals", std::move(tokens)}}};
    for (const auto& each : *files) order.documents.push_back({each.digest, each.name, each.file});
    return order;
}

}  // namespace

Result<Order> settle_order(const ApiClient& api, const SignOptions& options) {
    auto order = options.application.empty() ? order_by_approvals(api, options) : order_by_application(api, options);
    if (order && order->documents.empty()) return conflict("already-sealed", "every document of " + options.application + " is sealed already");
    return order;
}

}  // namespace seald
