#include "client/ledger_key.hpp"

#include "client/answer_reader.hpp"
#include "client/user_files.hpp"

namespace seald {

Result<NoteVerifier> decode_ledger_key(const std::string& text_or_file) {
    const auto text = read_text_or_file(text_or_file);
    if (!text) return text.error();
    auto verifier = NoteVerifier::decode(*text);
    if (!verifier)
        return malformed("'" + text_or_file +
                         "' is neither a ledger key nor a file with one: " + verifier.error().message);
    return verifier;
}

Result<std::optional<LedgerKey>> find_own_ledger_key(const std::string& given) {
    if (!given.empty()) {
        auto verifier = decode_ledger_key(given);
        if (!verifier) return verifier.error();
        return std::optional<LedgerKey>(LedgerKey{std::move(*verifier), true, "the given key"});
    }
    const auto pinned = own_file("ledger.vkey");
    if (!pinned || !std::filesystem::exists(*pinned)) return std::optional<LedgerKey>();
    auto verifier = decode_ledger_key(pinned->string());
    if (!verifier) return verifier.error();
    return std::optional<LedgerKey>(LedgerKey{std::move(*verifier), true, pinned->string()});
}

Result<LedgerKey> find_ledger_key_for(const std::string& given, const std::filesystem::path& folder) {
    auto own = find_own_ledger_key(given);
    if (!own) return own.error();
    if (*own) return std::move(**own);
    const auto beside = folder / "ledger.vkey";
    if (!std::filesystem::exists(beside)) return malformed("no ledger key is known: give --ledger-key FILE (`sealctl ledger key > FILE` writes it; compare it over another channel)");
    auto verifier = decode_ledger_key(beside.string());
    if (!verifier) return verifier.error();
    return LedgerKey{std::move(*verifier), false, beside.string()};
}

Result<LedgerKey> fetch_ledger_key(const ApiClient& api) {
    const auto answer = api.get("/v1/ledger/key");
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    const std::string text = in.text("verifier_key");
    if (auto understood = in.finish(); !understood) return understood.error();
    auto verifier = NoteVerifier::decode(text);
    if (!verifier) return verifier.error();
    return LedgerKey{std::move(*verifier), false, "the daemon's own word, not pinned"};
}

}  // namespace seald
