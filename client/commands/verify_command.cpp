#include <boost/json/object.hpp>

#include "client/answer_reader.hpp"
#include "client/commands/commands.hpp"
#include "client/destruction_certificate.hpp"
#include "client/document_verification.hpp"
#include "client/ledger_key.hpp"
#include "client/pdf_files.hpp"
#include "client/user_files.hpp"
#include "client/witness_choice.hpp"

namespace seald {
namespace {

constexpr std::size_t max_signature_bytes = 1024 * 1024;
constexpr std::size_t max_certificate_bytes = 1024 * 1024;
constexpr auto patience = std::chrono::seconds(5);  // the daemon is optional here

struct VerifyOptions {
    std::string file, signature, receipt, ledger_key;
    std::vector<std::string> trust;
    WitnessChoice witnesses;
};

Result<std::vector<Certificate>> load_trusted(const std::vector<std::string>& files) {
    std::vector<Certificate> trusted;
    for (const std::string& file : files) {
        const auto pem = read_file(file, max_certificate_bytes);
        if (!pem) return pem.error();
        const auto certificates = Certificate::chain_from_pem(*pem);
        if (!certificates) return malformed(file + ": " + certificates.error().message);
        trusted.insert(trusted.end(), certificates->begin(), certificates->end());
    }
    return trusted;
}

// FILE.receipt is optional unless it was asked for by name.
Result<std::optional<std::string>> load_receipt(const VerifyOptions& options) {
    const std::string file = options.receipt.empty() ? options.file + ".receipt" : options.receipt;
    if (options.receipt.empty() && !std::filesystem::exists(file)) return std::optional<std::string>();
    auto text = read_file(file, max_signature_bytes);
    if (!text) return text.error();
    return std::optional<std::string>(std::move(*text));
}

Result<std::optional<LedgerKey>> find_ledger_key(const VerifyOptions& options, const std::optional<ApiClient>& api,
                                                 bool needed) {
    auto own = find_own_ledger_key(options.ledger_key);
    if (!own || *own || !needed || !api) return own;
    auto fetched = fetch_ledger_key(*api);
    if (!fetched) return std::optional<LedgerKey>();
    return std::optional<LedgerKey>(std::move(*fetched));
}

// A receipt from after a change of the ledger's key needs the changes. What the daemon says of them proves itself.
Result<std::optional<LedgerKey>> follow_changes(std::optional<LedgerKey> own, const std::optional<std::string>& receipt, const std::optional<ApiClient>& api) {
    if (!own || !receipt || !api) return own;
    const auto proof = TlogProof::decode(*receipt);
    if (!proof || own->keys.verify(*proof)) return own;
    auto followed = follow_daemons_changes(*api, *own);
    if (!followed) return own;
    return std::optional<LedgerKey>(std::move(*followed));
}

// What the daemon says today; informational, since the receipt is the proof.
void add_daemon_view(std::vector<Check>& checks, const RecordedSealing& recorded, const std::optional<ApiClient>& api) {
    if (!api) return;
    const std::string path = "/v1/seals/" + percent_encode(recorded.seal);
    const auto then = api->get(path + "?at=" + percent_encode(to_rfc3339(recorded.time)));
    const auto today = then ? api->get(path) : then;
    if (!then || !today) return;
    checks.push_back(
        {"daemon", Outcome::not_checked,
         "says the seal was " + shown_field(*then, "state") + " then and is " + shown_field(*today, "state") + " now"});
}

Report report_on(const Verification& verification, const VerifyOptions& options) {
    boost::json::object document{
        {"file", options.file}, {"verified", verification.verified()}, {"checks", to_json(verification.checks)}};
    if (verification.signer) {
        document["signer"] = boost::json::object{{"subject", verification.signer->subject()},
                                                 {"sha256", verification.signer->fingerprint().hex()}};
    }
    if (verification.recorded) {
        document["sealed_at"] = to_rfc3339(verification.recorded->time);
        document["seal"] = verification.recorded->seal;
        document["ledger_index"] = verification.recorded->index;
    }
    const std::string verdict = verification.verified() ? "verified: " : "NOT VERIFIED: ";
    if (!verification.verified()) {
        document["error"] = error_document(verification_failed(options.file + " does not verify")).at("error");
    }
    return Report{document, describe(verification.checks) + verdict + options.file + "\n",
                  verification.verified() ? ExitCode::done : ExitCode::verification_failed};
}

// Asked for and not there is a failure, and so is a receipt that nobody looked at.
Result<std::optional<Check>> judge_witnesses(const WitnessChoice& choice, const std::optional<LedgerKey>& key, const std::optional<std::string>& receipt) {
    if (choice.witnesses.empty() && !choice.quorum) return std::optional<Check>();
    if (!key) return malformed("witnesses cosign a ledger: --witness needs --ledger-key");
    const auto policy = load_policy(choice, key->keys);
    if (!policy) return policy.error();
    const auto proof = receipt ? TlogProof::decode(*receipt) : Result<TlogProof>(not_found("there is no receipt, so no cosigned checkpoint"));
    if (!proof) return std::optional(Check{"witnesses", Outcome::failed, proof.error().message});
    auto check = check_witnesses(**policy, proof->checkpoint);
    if (check.outcome == Outcome::failed) check.words += "; a newer receipt may have more: sealctl ledger prove " + std::to_string(proof->index);
    return std::optional(std::move(check));
}

// A certificate of destruction is one file that says it all.
Result<Report> verify_destruction(const Invocation& invocation, const VerifyOptions& options, const std::string& file) {
    std::optional<ApiClient> api;
    if (const auto connected = invocation.connect()) api = connected->with_time_limit(patience);
    auto key = find_ledger_key(options, api, true);
    if (!key) return key.error();
    if (*key && api)
        if (auto followed = follow_daemons_changes(*api, **key)) *key = std::move(*followed);
    auto checks = check_destruction_certificate(file, *key ? &(*key)->keys : nullptr);
    if (!checks) return checks.error();
    Verification verification;
    verification.checks = std::move(*checks);
    verification.anchored = true;  // by the receipt, without which a check failed
    if (*key && !(*key)->pinned) verification.checks.push_back({"ledger key", Outcome::not_checked, (*key)->source + "; pin it: sealctl ledger key > ~/.config/seald/ledger.vkey"});
    return report_on(verification, options);
}

struct SignatureAtHand {
    Bytes cms;
    std::optional<pdf::Hole> hole;  // it is inside the file
    std::vector<Check> checks;
};

// Beside the file, or inside where that is a PDF and there is none beside it.
Result<SignatureAtHand> find_signature(const VerifyOptions& options) {
    const std::string beside = options.signature.empty() ? options.file + ".p7s" : options.signature;
    if (options.signature.empty() && !std::filesystem::exists(beside)) {
        const auto pdf = is_pdf(options.file);
        if (!pdf) return pdf.error();
        if (*pdf) {
            auto sealed = read_sealed_pdf(options.file);
            if (!sealed) return sealed.error();
            return SignatureAtHand{std::move(sealed->cms), sealed->hole, std::move(sealed->checks)};
        }
    }
    const auto cms = read_file(beside, max_signature_bytes);
    if (!cms) return cms.error();
    if (!std::filesystem::is_regular_file(options.file)) return not_found("there is no file " + options.file);
    const auto bytes = as_bytes(*cms);
    return SignatureAtHand{Bytes(bytes.begin(), bytes.end()), std::nullopt, {}};
}

Result<Report> run_verify(const Invocation& invocation, const VerifyOptions& options) {
    if (std::filesystem::is_regular_file(options.file) && std::filesystem::file_size(options.file) <= max_signature_bytes) {
        const auto whole = read_file(options.file, max_signature_bytes);
        if (whole && is_destruction_certificate(*whole)) return verify_destruction(invocation, options, *whole);
    }
    const auto sealed = find_signature(options);
    if (!sealed) return sealed.error();
    const auto receipt = load_receipt(options);
    if (!receipt) return receipt.error();
    const auto trusted = load_trusted(options.trust);
    if (!trusted) return trusted.error();
    std::optional<ApiClient> api;
    if (const auto connected = invocation.connect()) api = connected->with_time_limit(patience);
    auto own = find_ledger_key(options, api, receipt->has_value());
    if (!own) return own.error();
    const auto key = follow_changes(std::move(*own), *receipt, api);
    if (!key) return key.error();
    auto witnessed = judge_witnesses(options.witnesses, *key, *receipt);
    if (!witnessed) return witnessed.error();

    VerificationInput input{options.file, sealed->cms, *receipt, *trusted, std::nullopt, SystemClock().now(), sealed->hole};
    if (*key) input.ledger_keys = (*key)->keys;
    Verification verification = verify_document(input);
    verification.checks.insert(verification.checks.end(), sealed->checks.begin(), sealed->checks.end());
    if (*witnessed) verification.checks.push_back(std::move(**witnessed));
    if (*key && receipt->has_value()) {
        const std::string advice = (*key)->pinned ? "" : "; pin it: sealctl ledger key > ~/.config/seald/ledger.vkey";
        verification.checks.push_back({"ledger key", Outcome::not_checked, (*key)->source + advice});
    }
    if (verification.recorded) add_daemon_view(verification.checks, *verification.recorded, api);
    return report_on(verification, options);
}

}  // namespace

void add_verify_command(CLI::App& sealctl, Invocation& invocation) {
    const auto options = std::make_shared<VerifyOptions>();
    CLI::App& verify =
        add_command(sealctl, "verify",
                    {"Verify a sealed file (驗章) or a certificate of destruction (銷毀證明), one line per check. Works without the daemon. Exit code 5 if it "
                     "does not verify.",
                     "everybody.", "sealctl verify contract.pdf --trust ca.pem --ledger-key ledger.vkey"});
    verify.add_option("FILE", options->file, "the sealed file")->required();
    verify.add_option("--signature", options->signature, "the CMS signature; FILE.p7s unless given, or the one inside a PDF");
    verify.add_option("--receipt", options->receipt, "the ledger's receipt; FILE.receipt unless given");
    verify.add_option("--trust", options->trust, "PEM with certificates to trust; may be repeated")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    verify.add_option("--ledger-key", options->ledger_key, "the ledger's verifier key, or a file with it");
    add_witness_options(verify, options->witnesses);
    choose(verify, invocation, options, run_verify);
}

}  // namespace seald
