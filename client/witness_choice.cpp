#include "client/witness_choice.hpp"

#include "client/user_files.hpp"

namespace seald {
namespace {

Result<WitnessKey> decode_witness(const std::string& text_or_file) {
    const auto text = read_text_or_file(text_or_file);
    if (!text) return text.error();
    auto key = WitnessKey::decode(*text);
    if (!key) return malformed("'" + text_or_file + "' is neither a witness's verifier key nor a file with one: " + key.error().message);
    return key;
}

}  // namespace

void add_witness_options(CLI::App& command, WitnessChoice& choice) {
    command.add_option("--witness", choice.witnesses, "a witness's verifier key, or a file with it; may be repeated")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command.add_option("--quorum", choice.quorum, "at least so many of the witnesses must have cosigned; all unless given");
}

Result<std::optional<WitnessPolicy>> load_policy(const WitnessChoice& choice, const LedgerKeys& ledger) {
    if (choice.witnesses.empty() && choice.quorum) return malformed("--quorum is of witnesses: name them with --witness");
    if (choice.witnesses.empty()) return std::optional<WitnessPolicy>();
    std::vector<WitnessKey> keys;
    for (const auto& text : choice.witnesses) {
        auto key = decode_witness(text);
        if (!key) return key.error();
        keys.push_back(std::move(*key));
    }
    const std::size_t quorum = choice.quorum.value_or(keys.size());
    for (const auto& former : ledger.all())
        if (auto policy = WitnessPolicy::make(keys, quorum, former); !policy) return policy.error();
    auto policy = WitnessPolicy::make(std::move(keys), quorum, ledger.current());
    if (!policy) return policy.error();
    return std::optional(std::move(*policy));
}

Check check_witnesses(const WitnessPolicy& policy, std::string_view note) {
    const auto decoded = SignedNote::decode(note);
    if (!decoded) return {"witnesses", Outcome::failed, decoded.error().message};
    const auto judged = policy.judge(*decoded);
    return {"witnesses", judged.met ? Outcome::passed : Outcome::failed, judged.words()};
}

}  // namespace seald
