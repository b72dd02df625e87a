#include "client/pdf_files.hpp"

#include <fstream>

#include "client/answer_reader.hpp"
#include "client/document_transfer.hpp"
#include "client/pdf/signatures.hpp"
#include "client/private_folder.hpp"
#include "client/seal_image.hpp"
#include "client/user_files.hpp"
#include "core/cms.hpp"

namespace seald {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_signature = 2048;  // without its certificates

Result<std::unique_ptr<pdf::Source>> open_pdf(const fs::path& file) {
    auto content = read_file(file, pdf::max_bytes);
    if (!content) return content.error();
    return pdf::Source::open(std::move(*content), file.filename().string());
}

// In a folder of its own each, so that two files of one name keep it.
Result<std::string> put_covered(const pdf::Prepared& prepared, const fs::path& folder, std::size_t position, const fs::path& name) {
    std::error_code failure;
    const fs::path own = folder / std::to_string(position);
    fs::create_directory(own, failure);
    const fs::path place = own / name;
    if (auto written = write_file(place, as_bytes(pdf::take_hole_out(prepared)), IfExists::refuse); !written) return written.error();
    return place.string();
}

// What was fetched as the covered part, with the empty place in it again.
Result<pdf::Prepared> read_covered(const fs::path& file) {
    const auto content = read_file(file, pdf::max_bytes);
    if (!content) return content.error();
    const auto other = [&file](const std::string& why) {
        return malformed(file.filename().string() + " was not prepared by sealctl (" + why + "), so it cannot be shown as it will be sealed: ask the applicant for the file");
    };
    auto filled = pdf::put_hole_in(*content);
    if (!filled) return other(filled.error().message);
    auto prepared = pdf::check_prepared(std::move(filled->content), file.filename().string());
    if (!prepared) return other(prepared.error().message);
    if (prepared->hole != filled->hole) return other("it has two places for a signature");
    return prepared;
}

Check judge_earlier(const std::string& content, const pdf::Signature& earlier) {
    const std::string name = "earlier signature";
    const auto algorithm = cms_digest_algorithm(earlier.cms);
    if (!algorithm) return {name, Outcome::failed, earlier.field + ": " + algorithm.error().message};
    const std::size_t end = earlier.covered_end;
    const auto good = verify_cms(earlier.cms, pdf::covered_digest(std::string_view(content).substr(0, end), earlier.hole, *algorithm));
    if (!good) return {name, Outcome::not_checked, earlier.field + ": " + good.error().message};
    return {name, Outcome::passed, earlier.field + ": by " + good->signer.subject() + ", over the first " + std::to_string(end) + " bytes"};
}

}  // namespace

void add_pdf_options(CLI::App& command, PdfOptions& options) {
    auto* invisible = command.add_flag("--invisible", options.invisible, "PDF: without the seal's picture on a page");
    command.add_option("--page", options.page, "PDF: the page with the seal, from 1 on; the last one unless given")->check(CLI::PositiveNumber)->excludes(invisible);
    command.add_option("--at", options.corner, "PDF: X,Y in mm from the page's left and lower edge to the seal's; lower right unless given")->expected(2)->delimiter(',')->excludes(invisible);
    command.add_option("--width", options.width, "PDF: the seal's width in mm; 40 unless given")->check(CLI::Range(1.0, 500.0))->excludes(invisible);
}

Result<pdf::Wish> wish_for(const ApiClient& api, const std::string& seal, const std::string& purpose, const PdfOptions& options) {
    const auto shown = api.get("/v1/seals/" + percent_encode(seal));
    if (!shown) return shown.error();
    if (auto fits = check_room(*shown); !fits) return fits.error();
    pdf::Wish wish{.title = shown_field(*shown, "title"), .purpose = purpose, .time = SystemClock().now(), .picture = {}, .place = {}};
    if (options.page > 0) wish.place.page = options.page;
    if (!options.corner.empty()) wish.place.corner = {options.corner.front(), options.corner.back()};
    if (options.width > 0) wish.place.width = options.width;
    if (options.invisible) return wish;
    auto picture = fetch_image(api, seal);
    if (!picture) return picture.error();
    wish.picture = std::move(*picture);
    return wish;
}

Result<pdf::Prepared> prepare_pdf(const fs::path& file, const pdf::Wish& wish) {
    auto source = open_pdf(file);
    if (!source) return source.error();
    return pdf::prepare(**source, wish);
}

Result<std::vector<DocumentFile>> put_covered_parts(const std::vector<std::string>& files, const pdf::Wish& wish, DigestAlgorithm algorithm, const fs::path& folder) {
    std::vector<std::string> covered;
    for (const auto& file : files) {
        const auto prepared = prepare_pdf(file, wish);
        if (!prepared) return prepared.error();
        const auto place = put_covered(*prepared, folder, covered.size(), fs::path(file).filename());
        if (!place) return place.error();
        covered.push_back(*place);
    }
    return hash_files(covered, algorithm);
}

Result<void> make_whole(const fs::path& covered) {
    const auto prepared = read_covered(covered);
    if (prepared) return write_file(covered, as_bytes(prepared->content), IfExists::replace);
    std::error_code ignored;
    fs::remove(covered, ignored);
    return prepared.error();
}

Result<pdf::Prepared> fetch_prepared(const ApiClient& api, const ApplicationView::Document& document) {
    if (!document.stored) return not_found("the daemon has no copy of " + document.name + ", only its digest: give the prepared file");
    const PrivateFolder folder;
    const auto path = folder.path();
    if (!path) return path.error();
    const auto place = fetch_document(api, document, 0, *path);
    if (!place) return place.error();
    return read_covered(*place);
}

Result<void> check_room(const boost::json::value& seal) {
    std::size_t bytes = largest_signature + shown_field(seal, "certificate.pem").size() * 3 / 4;
    if (const auto* chain = seal.as_object().if_contains("certificate_chain"))
        for (const auto& certificate : chain->as_array()) bytes += certificate.as_string().size() * 3 / 4;
    if (bytes <= pdf::room_bytes) return {};
    return unacceptable("the seal's certificates have too many bytes for a PDF's signature: at most " + std::to_string(pdf::room_bytes - largest_signature) + " together");
}

Result<bool> is_pdf(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string beginning(5, '\0');
    in.read(beginning.data(), 5);
    if (in.bad() || !fs::is_regular_file(file)) return not_found("there is no file " + file.string());
    return pdf::looks_like_pdf(beginning);
}

Result<SealedPdf> read_sealed_pdf(const fs::path& file) {
    const auto source = open_pdf(file);
    if (!source) return source.error();
    const auto signatures = pdf::read_signatures(**source);
    if (!signatures) return signatures.error();
    if (signatures->empty()) return not_found(file.string() + " has no signature in it, and there is no " + file.string() + ".p7s");
    const auto& newest = signatures->back();
    if (newest.cms.empty()) return verification_failed(file.string() + " is prepared, and not sealed yet");
    SealedPdf sealed{newest.hole, newest.cms, {}};
    if (!newest.covers_file((*source)->content().size()))
        sealed.checks.push_back({"whole file", Outcome::failed, "something was added behind the newest signature, in field " + newest.field});
    for (const auto& each : *signatures)
        if (&each != &newest && !each.cms.empty()) sealed.checks.push_back(judge_earlier((*source)->content(), each));
    return sealed;
}

Result<std::vector<Digest>> covered_digests(const fs::path& file) {
    const auto pdf = is_pdf(file);
    if (!pdf) return pdf.error();
    std::vector<Digest> digests;
    if (!*pdf) return digests;
    const auto source = open_pdf(file);
    if (!source) return digests;  // damaged, so not sealed by us
    const auto signatures = pdf::read_signatures(**source);
    if (!signatures) return digests;
    for (const auto& each : *signatures)
        for (const auto algorithm : {DigestAlgorithm::sha256, DigestAlgorithm::sha384, DigestAlgorithm::sha512})
            digests.push_back(pdf::covered_digest(std::string_view((*source)->content()).substr(0, each.covered_end), each.hole, algorithm));
    return digests;
}

}  // namespace seald
