#include <boost/json/object.hpp>

#include "client/commands/commands.hpp"
#include "client/user_files.hpp"
#include "core/cosignature.hpp"

namespace seald {
namespace {

struct KeygenOptions {
    std::string out, witness;
};

// A witness's key: Ed25519; its name and public half stand beside it, as a C2SP verifier key.
Result<Report> make_witness_key(const KeygenOptions& options) {
    const std::filesystem::path public_file = options.out + ".vkey";
    if (std::filesystem::exists(public_file)) return conflict("file-exists", public_file.string() + " exists; choose another name");
    auto made = PrivateKey::generate(KeyAlgorithm::ed25519);
    if (!made) return made.error();
    const auto cosigner = Cosigner::make(options.witness, std::move(*made));
    if (!cosigner) return cosigner.error();
    if (auto saved = cosigner->key().save_pem(options.out); !saved) return saved.error();
    const std::string vkey = cosigner->witness().encode();
    if (auto written = write_file(public_file, as_bytes(vkey + "\n"), IfExists::refuse); !written) return written.error();
    return Report{boost::json::object{{"private_key", options.out}, {"public_key", public_file.string()}, {"algorithm", "ed25519"}, {"verifier_key", vkey}},
                  "private key   " + options.out + " (keep it on the witness's host)\nverifier key  " + vkey +
                      "\n\nThe verifier key is in " + public_file.string() + ", too. Administrators of daemons put it into seald.toml:\n" +
                      "  [[ledger.witness]]\n  name = \"w1\"\n  url = \"http://HOST:PORT\"\n  vkey = \"" + vkey + "\"\n"};
}

Result<Report> run_keygen(const Invocation&, const KeygenOptions& options) {
    if (!options.witness.empty()) return make_witness_key(options);
    const std::filesystem::path public_file = options.out + ".pub.pem";
    if (std::filesystem::exists(public_file))
        return conflict("file-exists", public_file.string() + " exists; choose another name");
    const auto key = PrivateKey::generate(KeyAlgorithm::ec_p256);
    if (!key) return key.error();
    if (auto saved = key->save_pem(options.out); !saved) return saved.error();
    const PublicKey half = key->public_key();
    if (auto written = write_file(public_file, as_bytes(half.to_pem()), IfExists::refuse); !written)
        return written.error();
    const std::string line = "approval_key = \"/etc/seald/people/" + public_file.filename().string() + "\"";
    boost::json::object document{{"private_key", options.out},
                                 {"public_key", public_file.string()},
                                 {"algorithm", to_string(half.algorithm())},
                                 {"thumbprint", half.thumbprint()}};
    return Report{
        document,
        "private key  " + options.out + " (keep it to yourself)\npublic key   " + public_file.string() +
            "\nthumbprint   " + half.thumbprint() +
            "\n\nGive the public key to an administrator, who compares the thumbprint with you, puts the file under\n"
            "/etc/seald/people and adds to your [[person]] in seald.toml:\n  " +
            line + "\n"};
}

}  // namespace

void add_keygen_command(CLI::App& sealctl, Invocation& invocation) {
    const auto options = std::make_shared<KeygenOptions>();
    CLI::App& keygen = add_command(sealctl, "keygen",
                                   {"Make an approver's key pair (ECDSA P-256), or a witness's (Ed25519); asks no daemon.", "everybody.",
                                    "sealctl keygen --out ~/.config/seald/approval.key"});
    keygen.add_option("--out", options->out, "the private key's file; the public half goes to FILE.pub.pem")
        ->required();
    keygen.add_option("--witness", options->witness, "make a witness's key with this name, like witness.example.org/w1; its verifier key goes to FILE.vkey");
    choose(keygen, invocation, options, run_keygen);
}

}  // namespace seald
