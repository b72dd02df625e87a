#include <openssl/rand.h>

#include <boost/json/object.hpp>

#include "client/answer_reader.hpp"
#include "client/commands/commands.hpp"
#include "client/commands/sign_order.hpp"
#include "client/document_files.hpp"
#include "client/enrolled_key.hpp"
#include "core/cms.hpp"

namespace seald {
namespace {

Result<std::string> new_request_id() {
    Bytes random(16);
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) return internal_error("RAND_bytes");
    return encode_hex(random);
}

boost::json::object request_for(const Order& order, const SignOptions& options, const std::string& request_id) {
    boost::json::object body = order.grounds;
    boost::json::array documents;
    for (const auto& each : order.documents) {
        documents.push_back(boost::json::object{{"digest", describe_digest(each.digest)}, {"name", each.name}});
    }
    body["documents"] = std::move(documents);
    body["format"] = order.format;
    if (!options.purpose.empty()) body["purpose"] = options.purpose;
    body["request_id"] = request_id;
    return body;
}

// What is asked for, signed by who asks: just this request, for the next few minutes.
Result<UseProof> proof_of(const Order& order, const SignOptions& options, const std::string& request_id, const OwnIdentity& me) {
    auto seal = SealName::decode(order.seal);
    if (!seal) return seal.error();
    const Timestamp now = from_unix(to_unix(SystemClock().now()));
    UseProof proof{.issuer = me.id,
                   .audience = me.daemon,
                   .id = new_approval_id(),
                   .issued_at = now,
                   .not_before = now,
                   .expires_at = now + std::chrono::minutes(5),
                   .request_id = request_id,
                   .seal = std::move(*seal),
                   .application = {},
                   .approvals = {},
                   .documents = {},
                   .format = order.format,
                   .purpose = options.purpose};
    if (!options.application.empty()) {
        auto number = ApplicationNumber::decode(options.application);
        if (!number) return number.error();
        proof.application = std::move(*number);
    } else {
        for (const auto& token : order.grounds.at("approvals").as_array())
            proof.approvals.push_back(Digest::of(DigestAlgorithm::sha256, as_bytes(std::string_view(token.get_string()))));
    }
    for (const auto& each : order.documents) proof.documents.push_back({each.digest, each.name});
    return proof;
}

Result<void> prove(const ApiClient& api, const Order& order, const SignOptions& options, const std::string& request_id, boost::json::object& body) {
    const auto me = find_own_identity(api);
    if (!me) return me.error();
    const auto key = open_enrolled_key(*me, options.key, options.module);
    if (!key) return key.error();
    const auto proof = proof_of(order, options, request_id, *me);
    if (!proof) return proof.error();
    const auto jws = key->sign(*proof);
    if (!jws) return jws.error();
    body["proof"] = *jws;
    return {};
}

struct Signed {
    Bytes cms;
    std::string receipt;
    std::int64_t ledger_index;
};

// What comes back is checked before it is written: the signature must be over the digest that was asked for.
Result<Signed> decode_signature(const boost::json::value& answer, const WantedSignature& wanted) {
    AnswerReader in(answer);
    const std::string value = in.text("value");
    const std::string receipt = in.text("receipt");
    const std::int64_t index = in.integer("ledger_index");
    if (auto understood = in.finish(); !understood) return understood.error();
    auto cms = decode_base64(value);
    if (!cms) return cms.error();
    if (auto good = verify_cms(*cms, wanted.digest); !good) {
        return verification_failed("the daemon's signature is not over " + wanted.name + ": " + good.error().message);
    }
    return Signed{std::move(*cms), receipt, index};
}

// What is written: the signature on its own, or the PDF with it.
Result<Bytes> sealed_content(const Order& order, std::size_t position, const Bytes& cms) {
    if (order.pdfs.empty()) return cms;
    const auto file = pdf::put_signature_in(order.pdfs[position], cms);
    if (!file) return file.error();
    const auto bytes = as_bytes(*file);
    return Bytes(bytes.begin(), bytes.end());
}

Result<std::string> place_signatures(const boost::json::value& answer, const Order& order,
                                     const std::vector<SignaturePlace>& places, IfExists if_exists) {
    AnswerReader in(answer);
    const auto& signatures = in.list("signatures");
    if (auto understood = in.finish(); !understood) return understood.error();
    if (signatures.size() != order.documents.size())
        return unavailable("the daemon sent another number of signatures than asked for", true);
    std::string text;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto done = decode_signature(signatures[i], order.documents[i]);
        if (!done) return done.error();
        const auto content = sealed_content(order, i, done->cms);
        if (!content) return content.error();
        if (auto written = write_file(places[i].signature, *content, if_exists); !written) return written.error();
        if (auto written = write_file(places[i].receipt, as_bytes(done->receipt), if_exists); !written)
            return written.error();
        text += "sealed " + order.documents[i].name + " with " + order.seal + ": " + places[i].signature.string() +
                ", " + places[i].receipt.string() + " (ledger entry " + std::to_string(done->ledger_index) + ")\n";
    }
    return text;
}

// The same again is the same bytes under the same name, which a file that is prepared anew has not.
std::string keep_prepared(const Order& order, const std::vector<SignaturePlace>& places) {
    std::string kept;
    for (std::size_t i = 0; order.prepared_here && i < places.size(); ++i) {
        const std::filesystem::path folder = places[i].signature.string() + ".prepared", file = folder / order.documents[i].name;
        std::error_code failure;
        std::filesystem::create_directory(folder, failure);
        const auto written = write_file(file, as_bytes(order.pdfs[i].content), IfExists::replace);
        kept += " " + (written ? file.string() : written.error().message);
    }
    return kept;
}

Error with_request_id(Error error, const std::string& request_id, const std::string& kept) {
    error.message += "; --request-id " + request_id + " asks for the same signatures again, not for new ones";
    if (!kept.empty()) error.message += ", of the files as they were prepared:" + kept;
    return error;
}

Result<Report> run_sign(const Invocation& invocation, const SignOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto order = settle_order(*api, options);
    if (!order) return order.error();
    const IfExists if_exists = options.force ? IfExists::replace : IfExists::refuse;
    const auto places = settle_places(order->documents, options.out, if_exists);
    if (!places) return places.error();
    const auto request_id = options.request_id.empty() ? new_request_id() : Result<std::string>(options.request_id);
    if (!request_id) return request_id.error();
    auto body = request_for(*order, options, *request_id);
    if (!options.key.empty())
        if (auto proven = prove(*api, *order, options, *request_id, body); !proven) return proven.error();
    const auto answer = api->with_time_limit(std::chrono::minutes(10))
                            .post("/v1/seals/" + percent_encode(order->seal) + "/signatures", body);
    if (!answer) return answer.error().retry ? with_request_id(answer.error(), *request_id, keep_prepared(*order, *places)) : answer.error();
    auto text = place_signatures(*answer, *order, *places, if_exists);
    if (!text) return with_request_id(text.error(), *request_id, keep_prepared(*order, *places));  // sealed, but not here: they can be had again
    return Report{*answer, *text};
}

}  // namespace

void add_sign_command(CLI::App& sealctl, Invocation& invocation) {
    const auto options = std::make_shared<SignOptions>();
    CLI::App& sign =
        add_command(sealctl, "sign",
                    {"Seal approved files: writes FILE.p7s and FILE.receipt, for a PDF with its signature inside FILE.sealed.pdf and\n"
                     "FILE.sealed.pdf.receipt. Without files, every unsealed document of the application.",
                     "the applicant of an approved application, or the bearer of approval tokens.",
                     "sealctl sign --application A-2026-0001 contract.pdf\n"
                     "         sealctl sign --seal contract --approval review.jws --approval final.jws contract.pdf"});
    auto* application = sign.add_option("--application", options->application, "the approved application");
    auto* seal = sign.add_option("--seal", options->seal, "the seal, with --approval")->excludes(application);
    auto* approval = sign.add_option("--approval", options->approvals, "a file with an approval token; once for each")
                         ->needs(seal)
                         ->expected(1)
                         ->allow_extra_args(false)  // what follows one token is a document
                         ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    seal->needs(approval);
    sign.add_option("FILE", options->files, "the files to seal");
    sign.add_option("-o,--out", options->out, "the signature's file for one document, a folder for several");
    sign.add_option("--purpose", options->purpose, "a word for the ledger");
    auto* key = sign.add_option("--key", options->key, "sign the request with your own key, where the seal's policy wants that: a file or a pkcs11: URI");
    sign.add_option("--module", options->module, "the PKCS#11 module for a pkcs11: URI")->needs(key);
    sign.add_option("--request-id", options->request_id, "repeat an earlier request instead of making a new one");
    sign.add_flag("--force", options->force, "replace files that exist");
    add_pdf_options(sign, options->pdf);  // for a number of uses: otherwise it was said when the application was made
    choose(sign, invocation, options,
           [application, seal](const Invocation& run, const SignOptions& given) -> Result<Report> {
               if (application->count() + seal->count() == 0)
                   return malformed("give --application, or --seal with --approval");
               return run_sign(run, given);
           });
}

}  // namespace seald
