#include "core/cosignature.hpp"

#include <algorithm>

namespace seald {
namespace {

constexpr std::size_t kTimeSize = 8;
constexpr std::size_t kSignatureSize = 64;
constexpr std::uint64_t kLatestTime = std::uint64_t{1} << 40;  // the year 36812: a Timestamp in milliseconds holds it

// "two newline (U+000A) terminated lines (one header line and one timestamp line) followed by the whole note body"
std::string message_for(std::uint64_t time, std::string_view text) {
    return "cosignature/v1\ntime " + std::to_string(time) + "\n" + std::string(text);
}

}  // namespace

Result<WitnessKey> WitnessKey::decode(std::string_view vkey) {
    auto key = NoteKey::decode(vkey, NoteKeyType::cosignature);
    if (!key) return key.error();
    return WitnessKey(std::move(*key));
}

Result<Timestamp> WitnessKey::verify(std::string_view text, const NoteSignature& signature) const {
    const Error wrong = verification_failed("the cosignature by " + name() + " is wrong");
    if (!made(signature) || signature.signature.size() != kTimeSize + kSignatureSize) return wrong;
    std::uint64_t time = 0;
    for (std::size_t i = 0; i < kTimeSize; ++i) time = time << 8 | signature.signature[i];
    if (time > kLatestTime) return wrong;
    const auto rest = BytesView(signature.signature).subspan(kTimeSize);
    if (!is_signed_with_ed25519(key(), message_for(time, text), rest)) return wrong;
    return from_unix(static_cast<std::int64_t>(time));
}

Result<Cosigner> Cosigner::make(std::string name, PrivateKey key) {
    if (!is_note_key_name(name)) return malformed("not a witness's name: not empty, no blanks, no '+', valid UTF-8; like witness.example.org/w1");
    if (key.algorithm() != KeyAlgorithm::ed25519) return unacceptable("witnesses sign with an Ed25519 key only");
    WitnessKey witness(NoteKey::of(std::move(name), key.public_key(), NoteKeyType::cosignature));
    return Cosigner(std::move(witness), std::move(key));
}

NoteSignature Cosigner::cosign(std::string_view text, Timestamp now) const {
    const auto time = static_cast<std::uint64_t>(std::max<std::int64_t>(to_unix(now), 0));
    Bytes signature;
    for (std::size_t i = kTimeSize; i-- > 0;) signature.push_back(static_cast<std::uint8_t>(time >> (8 * i)));
    const Bytes signed_text = sign_with_ed25519(key_, message_for(time, text));
    signature.insert(signature.end(), signed_text.begin(), signed_text.end());
    return {.name = witness_.key_.name, .key_id = witness_.key_.id, .signature = std::move(signature)};
}

Result<void> check_distinct(const std::vector<WitnessKey>& witnesses) {
    for (std::size_t i = 0; i < witnesses.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (witnesses[i].key() == witnesses[j].key())
                return unacceptable("the witnesses " + witnesses[j].name() + " and " + witnesses[i].name() + " have one key: it would count twice");
    return {};
}

Result<WitnessPolicy> WitnessPolicy::make(std::vector<WitnessKey> witnesses, std::size_t quorum, const NoteVerifier& ledger) {
    if (auto distinct = check_distinct(witnesses); !distinct) return distinct.error();
    if (quorum == 0 || quorum > witnesses.size())
        return unacceptable("at least " + std::to_string(quorum) + " of " + std::to_string(witnesses.size()) +
                            " witnesses is no quorum; allowed: from 1 to as many as there are");
    for (const auto& witness : witnesses) {
        // The same 32 bytes under the ledger's name and type: whoever signs the ledger would be his own witness.
        if (NoteKey::of(ledger.name(), witness.key(), NoteKeyType::ed25519).encode(NoteKeyType::ed25519) == ledger.encode())
            return unacceptable("the witness " + witness.name() + " has the ledger's own key: it is no witness");
    }
    return WitnessPolicy(std::move(witnesses), quorum);
}

WitnessPolicy::Judgement WitnessPolicy::judge(const SignedNote& note) const {
    Judgement judgement{.quorum = quorum_};
    for (const auto& witness : witnesses_) {
        const auto ours = [&](const NoteSignature& signature) { return witness.made(signature); };
        const auto found = std::find_if(note.signatures.begin(), note.signatures.end(), ours);
        if (found == note.signatures.end()) continue;
        auto time = witness.verify(note.text, *found);
        if (time)
            judgement.by.push_back({witness.name(), *time});
        else
            judgement.problems.push_back(time.error().message);
    }
    judgement.met = judgement.by.size() >= quorum_;
    return judgement;
}

std::string WitnessPolicy::Judgement::words() const {
    std::string text;
    for (const auto& each : by) text += (text.empty() ? "cosigned by " : ", ") + each.witness + " at " + to_rfc3339(each.time);
    if (text.empty()) text = "cosigned by none of the witnesses";
    text += ": " + std::to_string(by.size()) + " of the " + std::to_string(quorum) + " that are needed";
    for (const auto& problem : problems) text += "; " + problem;
    return text;
}

}  // namespace seald
