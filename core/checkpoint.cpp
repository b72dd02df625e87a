#include "core/checkpoint.hpp"

#include "core/decimal.hpp"
#include "core/note_text.hpp"

namespace seald {

std::string Checkpoint::to_text() const {
    return origin + "\n" + std::to_string(size) + "\n" + encode_base64(root) + "\n";
}

Result<Checkpoint> Checkpoint::from_text(std::string_view text) {
    Error problem = malformed("not a checkpoint: its lines are origin, tree size, base64 of the root hash");
    if (!text.ends_with('\n') || !is_note_text(text)) return problem;
    auto origin = take_line(text);
    auto size_line = take_line(text);
    auto root_line = take_line(text);
    if (!origin || origin->empty() || !size_line || !root_line) return problem;
    auto size = decode_decimal(*size_line);
    auto root = decode_tree_hash(*root_line);
    if (!size || !root) return problem;
    // "Extension lines, if any, MUST be non-empty."
    while (auto extension = take_line(text)) {
        if (extension->empty()) return problem;
    }
    return Checkpoint{.origin = std::string(*origin), .size = *size, .root = *root};
}

Result<Checkpoint> open_checkpoint(std::string_view note, const NoteVerifier& key) {
    auto signed_note = SignedNote::decode(note);
    if (!signed_note) return signed_note.error();
    auto good = key.verify(*signed_note);
    if (!good) return good.error();
    auto checkpoint = Checkpoint::from_text(signed_note->text);
    if (checkpoint && checkpoint->origin != key.name()) {
        return verification_failed("the checkpoint is of another ledger than " + key.name());
    }
    return checkpoint;
}

}  // namespace seald
