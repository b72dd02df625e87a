#include "core/ledger_keys.hpp"

#include <algorithm>

#include "core/json.hpp"

namespace seald {
namespace {

constexpr std::string_view receipt_start = "c2sp.org/tlog-proof@v1\n";

Error not_proven(const std::string& why) { return verification_failed("a change of the ledger's key is not proven: " + why); }

std::string number(std::uint64_t value) { return std::to_string(value); }

bool same_key(const NoteVerifier& a, const NoteVerifier& b) { return a.encode() == b.encode(); }

bool same_change(const LedgerKeyChange& a, const LedgerKeyChange& b) {
    return same_key(a.from, b.from) && same_key(a.to, b.to) && a.checkpoint.size == b.checkpoint.size && a.checkpoint.root == b.checkpoint.root;
}

struct NamedKeys {
    NoteVerifier from, to;
    Timestamp time;
};

// Read before anything of it is proven, since it names the keys to prove it with.
Result<NamedKeys> read_entry(std::string_view body) {
    const auto fields = parse_json_object(body);
    if (!fields) return not_proven("its receipt holds no entry");
    ObjectReader in(*fields, "");
    const auto kind = in.text("kind"), time = in.text("time"), from = in.text("old"), to = in.text("new");
    in.ignore_unknown();
    const auto read = in.finish();
    const auto at = decode_rfc3339(time);
    auto old_key = NoteVerifier::decode(from);
    auto new_key = NoteVerifier::decode(to);
    if (!read || kind != ledger_key_changed || !at || !old_key || !new_key) return not_proven("its receipt is of an entry that is no such change");
    return NamedKeys{std::move(*old_key), std::move(*new_key), *at};
}

}  // namespace

Result<LedgerKeyChange> LedgerKeyChange::open(std::string receipt) {
    const auto proof = TlogProof::decode(receipt);
    if (!proof) return not_proven(proof.error().message);
    auto named = read_entry(as_text(proof->extra));
    if (!named) return named.error();
    if (named->from.name() != named->to.name()) return not_proven("its keys are of two ledgers");
    auto by_old = verify_receipt(*proof, named->from);
    if (!by_old) return not_proven(by_old.error().message);
    if (auto by_new = verify_receipt(*proof, named->to); !by_new) return not_proven(by_new.error().message);
    return LedgerKeyChange{.index = proof->index,
                           .checkpoint = std::move(by_old->checkpoint),
                           .from = std::move(named->from),
                           .to = std::move(named->to),
                           .time = named->time,
                           .receipt = std::move(receipt)};
}

Result<LedgerKeys> LedgerKeys::follow(const NoteVerifier& known, const std::vector<std::string>& receipts) {
    LedgerKeys keys(known);
    for (const auto& receipt : receipts) {
        auto change = LedgerKeyChange::open(receipt);
        if (!change) return change.error();
        keys.changes_.push_back(std::move(*change));
    }
    auto& changes = keys.changes_;
    std::sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) { return a.checkpoint.size < b.checkpoint.size; });
    changes.erase(std::unique(changes.begin(), changes.end(), same_change), changes.end());
    for (std::size_t i = 1; i < changes.size(); ++i)
        if (!same_key(changes[i - 1].to, changes[i].from) || changes[i - 1].checkpoint.size == changes[i].checkpoint.size)
            return not_proven("the one of entry " + number(changes[i].index) + " does not begin with the key that the one before it led to");
    if (!changes.empty()) keys.current_ = changes.back().to;
    const auto all = keys.all();
    if (std::any_of(all.begin(), all.end(), [&](const NoteVerifier& key) { return same_key(key, known); })) return keys;
    return verification_failed("the key that is known, " + known.encode() + ", is none of those that the changes of the ledger's key lead to");
}

std::vector<NoteVerifier> LedgerKeys::all() const {
    std::vector<NoteVerifier> keys;
    for (const auto& change : changes_) keys.push_back(change.from);
    keys.push_back(current_);
    return keys;
}

std::vector<Checkpoint> LedgerKeys::checkpoints() const {
    std::vector<Checkpoint> all;
    for (const auto& change : changes_) all.push_back(change.checkpoint);
    return all;
}

LedgerKeys LedgerKeys::with(LedgerKeyChange next) const {
    LedgerKeys keys = *this;
    keys.current_ = next.to;
    keys.changes_.push_back(std::move(next));
    return keys;
}

Result<Checkpoint> LedgerKeys::open(std::string_view note) const {
    const auto decoded = SignedNote::decode(note);
    if (!decoded) return decoded.error();
    const auto checkpoint = Checkpoint::from_text(decoded->text);
    if (!checkpoint) return checkpoint.error();
    for (const auto& change : changes_) {
        if (checkpoint->size > change.checkpoint.size) continue;
        if (checkpoint->size == change.checkpoint.size)
            if (auto by_next = change.to.verify(*decoded); !by_next) return by_next.error();
        return open_checkpoint(note, change.from);
    }
    auto opened = open_checkpoint(note, current_);
    for (const auto& change : changes_)
        if (!opened && change.from.verify(*decoded))
            return verification_failed("a checkpoint of " + number(checkpoint->size) + " entries is signed with a former key, whose last one is of " +
                                       number(change.checkpoint.size) + ": whoever has that key made it");
    return opened;
}

Result<VerifiedEntry> LedgerKeys::verify(const TlogProof& receipt) const {
    auto checkpoint = open(receipt.checkpoint);
    if (!checkpoint) return verification_failed("the checkpoint of the receipt: " + checkpoint.error().message);
    return verify_receipt(receipt, std::move(*checkpoint));
}

Result<PinnedKey> PinnedKey::decode(std::string_view text) {
    const auto first = std::min(text.find(receipt_start), text.size());
    std::string_view line = text.substr(0, first);
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    auto key = NoteVerifier::decode(line);
    if (!key) return key.error();
    PinnedKey pinned{.key = std::move(*key), .receipts = {}};
    for (auto at = first; at < text.size();) {
        const auto next = std::min(text.find(receipt_start, at + 1), text.size());
        pinned.receipts.emplace_back(text.substr(at, next - at));
        at = next;
    }
    return pinned;
}

std::string PinnedKey::encode() const {
    std::string text = key.encode() + "\n";
    for (const auto& receipt : receipts) text += receipt;
    return text;
}

}  // namespace seald
