#include "client/ledger_key.hpp"

#include "client/answer_reader.hpp"
#include "client/user_files.hpp"

namespace seald {
namespace {

constexpr std::size_t max_pinned_bytes = 1 << 20;  // a key, and some hundred changes

Result<PinnedKey> decode_pinned(const std::string& text_or_file) {
    std::error_code not_a_path;
    const bool is_file = std::filesystem::exists(text_or_file, not_a_path);
    const auto text = is_file ? read_file(text_or_file, max_pinned_bytes) : Result<std::string>(text_or_file);
    if (!text) return text.error();
    auto pinned = PinnedKey::decode(*text);
    if (!pinned) return malformed("'" + text_or_file + "' is neither a ledger key nor a file with one: " + pinned.error().message);
    return pinned;
}

Result<LedgerKey> make_key(PinnedKey known, bool pinned, std::string source) {
    auto keys = LedgerKeys::follow(known.key, known.receipts);
    if (!keys) return verification_failed(source + ": " + keys.error().message);
    return LedgerKey{std::move(known), std::move(*keys), pinned, std::move(source)};
}

Result<PinnedKey> fetch(const ApiClient& api) {
    const auto answer = api.get("/v1/ledger/key");
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    const std::string text = in.text("verifier_key");
    std::vector<std::string> receipts;
    for (const auto& change : in.list("changes")) receipts.push_back(shown_field(change, "receipt"));
    if (auto understood = in.finish(); !understood) return understood.error();
    auto verifier = NoteVerifier::decode(text);
    if (!verifier) return verifier.error();
    return PinnedKey{std::move(*verifier), std::move(receipts)};
}

}  // namespace

Result<LedgerKey> LedgerKey::followed(const std::vector<std::string>& receipts) const {
    PinnedKey more = known;
    more.receipts.insert(more.receipts.end(), receipts.begin(), receipts.end());
    return make_key(std::move(more), pinned, source);
}

Result<LedgerKeys> decode_ledger_key(const std::string& text_or_file) {
    const auto pinned = decode_pinned(text_or_file);
    if (!pinned) return pinned.error();
    return LedgerKeys::follow(pinned->key, pinned->receipts);
}

Result<std::vector<std::string>> read_key_changes(const std::filesystem::path& file) {
    if (!std::filesystem::exists(file)) return std::vector<std::string>();
    auto pinned = decode_pinned(file.string());
    if (!pinned) return pinned.error();
    return std::move(pinned->receipts);
}

Result<std::optional<LedgerKey>> find_own_ledger_key(const std::string& given) {
    std::string from = given, source = "the given key";
    if (given.empty()) {
        const auto pinned = own_file("ledger.vkey");
        if (!pinned || !std::filesystem::exists(*pinned)) return std::optional<LedgerKey>();
        from = source = pinned->string();
    }
    auto known = decode_pinned(from);
    if (!known) return known.error();
    auto key = make_key(std::move(*known), true, source);
    if (!key) return key.error();
    return std::optional<LedgerKey>(std::move(*key));
}

Result<LedgerKey> fetch_ledger_key(const ApiClient& api) {
    auto known = fetch(api);
    if (!known) return known.error();
    return make_key(std::move(*known), false, "the daemon's own word, not pinned");
}

Result<LedgerKey> follow_daemons_changes(const ApiClient& api, const LedgerKey& known) {
    const auto fetched = fetch(api);
    if (!fetched) return fetched.error();
    return known.followed(fetched->receipts);
}

Result<LedgerKey> find_ledger_key_for(const std::string& given, const std::filesystem::path& folder) {
    auto own = find_own_ledger_key(given);
    if (!own) return own.error();
    if (*own) return std::move(**own);
    const auto beside = folder / "ledger.vkey";
    if (!std::filesystem::exists(beside)) return malformed("no ledger key is known: give --ledger-key FILE (`sealctl ledger key > FILE` writes it; compare it over another channel)");
    auto known = decode_pinned(beside.string());
    if (!known) return known.error();
    return make_key(std::move(*known), false, beside.string());
}

}  // namespace seald
