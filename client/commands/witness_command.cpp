#include <iostream>

#include <boost/json/object.hpp>

#include "client/commands/commands.hpp"
#include "client/ledger_key.hpp"
#include "client/user_files.hpp"
#include "client/witness_server.hpp"

namespace seald {
namespace {

struct WitnessOptions {
    std::string key, listen, state;
    std::vector<std::string> logs;
    bool begin = false;
};

constexpr std::size_t max_key_bytes = 4096;

// The name stands in the verifier key beside the private key, where keygen left it.
Result<Cosigner> load_cosigner(const std::string& file) {
    auto secret = PrivateKey::load_pem(file);
    if (!secret) return secret.error();
    auto text = read_file(file + ".vkey", max_key_bytes);
    if (!text) return text.error();
    text->erase(text->find_last_not_of(" \r\n\t") + 1);
    const auto key = WitnessKey::decode(*text);
    if (!key) return malformed(file + ".vkey: " + key.error().message);
    auto cosigner = Cosigner::make(key->name(), std::move(*secret));
    if (cosigner && cosigner->witness().encode() != *text) return malformed(file + ".vkey is another key's: it does not belong to " + file);
    return cosigner;
}

// At once, since this command does not end by itself.
void say(const std::string& line) { std::cerr << "sealctl witness: " << line << std::endl; }

Result<Report> run_witness(const Invocation&, const WitnessOptions& options) {
    const auto address = WitnessAddress::decode(options.listen);
    if (!address) return address.error();
    auto cosigner = load_cosigner(options.key);
    if (!cosigner) return cosigner.error();
    std::vector<LedgerKeys> logs;
    for (const auto& text : options.logs) {
        auto log = decode_ledger_key(text);
        if (!log) return log.error();
        logs.push_back(std::move(*log));
    }
    auto records = WitnessRecords::open(options.state, logs, options.begin);
    if (!records) return records.error();
    Witness witness(std::move(*cosigner), std::move(*records));
    say("witness " + witness.key().encode());
    for (const auto& [origin, ledger] : witness.records().ledgers()) say(origin + ": " + std::to_string(ledger.last.size) + " entries cosigned so far");
    if (auto served = serve_witness(witness, *address, say); !served) return served.error();
    return Report{boost::json::object{{"stopped", true}}, ""};
}

}  // namespace

void add_witness_command(CLI::App& sealctl, Invocation& invocation) {
    const auto options = std::make_shared<WitnessOptions>();
    CLI::App& witness = add_command(sealctl, "witness",
                                    {"Witness ledgers (C2SP tlog-witness): cosign checkpoints that grew from the last one, and no others. Runs until it is stopped; "
                                     "plain HTTP. Belongs on a host that the daemon's administrators do not rule.",
                                     "whoever keeps a second host.",
                                     "sealctl witness --key witness.key --listen 192.0.2.7:7450 --log ledger.vkey --state /var/lib/witness\n"
                                     "         whose key is made by: sealctl keygen --witness witness.example.org/w1 --out witness.key"});
    witness.add_option("--key", options->key, "the witness's private key; its name is in FILE.vkey, as keygen --witness made it")->required();
    witness.add_option("--listen", options->listen, "ADDRESS:PORT, an IP address; [::1]:PORT for IPv6; port 0: any")->required();
    witness.add_option("--log", options->logs, "a ledger's verifier key, or a file with it as `sealctl ledger key` prints it; may be repeated")
        ->required()
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    witness.add_option("--state", options->state, "the folder that records what was cosigned; made where there is none")->required();
    witness.add_flag("--begin", options->begin, "a ledger without a record in an existing folder was never seen by this witness");
    choose(witness, invocation, options, run_witness);
}

}  // namespace seald
