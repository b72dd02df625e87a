#include "core/receipt.hpp"

#include <optional>
#include <utility>

#include "core/decimal.hpp"
#include "core/note_text.hpp"

namespace seald {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
constexpr std::size_t kMaxReceipt = 4 * 1024 * 1024;
constexpr std::size_t kMaxPath = 64;  // a tree whose size fits into 64 bits is no higher

// "The next zero or more non-empty lines are the base64-encoded Merkle inclusion proof", then an empty one.
bool decode_path(std::string_view& lines, std::vector<TreeHash>& path) {
    while (auto line = take_line(lines)) {
        if (line->empty()) return true;
        auto hash = decode_tree_hash(*line);
        if (!hash || path.size() == kMaxPath) return false;
        path.push_back(*hash);
    }
    return false;
}

}  // namespace

std::string TlogProof::encode() const {
    std::string text = std::string(kHeader) + "\n";
    if (!extra.empty()) text += std::string(kExtra) + encode_base64(extra) + "\n";
    text += std::string(kIndex) + std::to_string(index) + "\n";
    for (const TreeHash& hash : path) text += encode_base64(hash) + "\n";
    return text + "\n" + checkpoint;
}

Result<TlogProof> TlogProof::decode(std::string_view text) {
    if (text.size() > kMaxReceipt) return malformed("the receipt is longer than 4 MiB");
    TlogProof proof;
    if (take_line(text) != kHeader) return malformed("not a receipt: the first line must be " + std::string(kHeader));
    if (text.starts_with(kExtra)) {
        auto line = take_line(text);
        auto extra = line ? decode_base64(line->substr(kExtra.size())) : Result<Bytes>(Bytes{});
        // "If no extra data is present, this line is omitted."
        if (!extra || extra->empty()) return malformed("the extra line of the receipt is not base64, or empty");
        proof.extra = std::move(*extra);
    }
    auto line = take_line(text);
    auto index = line && line->starts_with(kIndex) ? decode_decimal(line->substr(kIndex.size())) : std::nullopt;
    if (!index) return malformed("the index line of the receipt is missing or malformed");
    proof.index = *index;
    if (!decode_path(text, proof.path)) return malformed("the inclusion proof of the receipt is malformed");
    auto note = SignedNote::decode(text);
    if (!note) return malformed("the checkpoint of the receipt: " + note.error().message);
    proof.checkpoint = std::string(text);
    return proof;
}

Result<VerifiedEntry> verify_receipt(const TlogProof& proof, const NoteVerifier& key) {
    auto checkpoint = open_checkpoint(proof.checkpoint, key);
    if (!checkpoint) return verification_failed("the checkpoint of the receipt: " + checkpoint.error().message);
    return verify_receipt(proof, std::move(*checkpoint));
}

Result<VerifiedEntry> verify_receipt(const TlogProof& proof, Checkpoint checkpoint) {
    if (proof.extra.empty()) return verification_failed("the receipt carries no entry");
    auto included = verify_inclusion(leaf_hash(proof.extra), proof.index, checkpoint.size, proof.path, checkpoint.root);
    if (!included) return verification_failed("the receipt does not prove that its entry is in the ledger");
    return VerifiedEntry{.index = proof.index, .entry = std::string(as_text(proof.extra)), .checkpoint = std::move(checkpoint)};
}

}  // namespace seald
