#include "client/witness.hpp"

#include <algorithm>

#include "core/add_checkpoint.hpp"

namespace seald {
namespace {

WitnessAnswer refused(unsigned status, const std::string& why) { return {.status = status, .body = why + "\n"}; }

// "The response body MUST consist of the tree size of the latest cosigned checkpoint in decimal, followed by a newline"
WitnessAnswer conflicting(std::uint64_t size, std::string log = {}) {
    return {.status = 409, .content_type = std::string(tree_size_type), .body = std::to_string(size) + "\n", .log = std::move(log)};
}

bool grew(const Checkpoint& from, const Checkpoint& to, const std::vector<TreeHash>& proof) {
    if (from.size == 0) return proof.empty();
    return verify_consistency(from.size, from.root, to.size, to.root, proof).has_value();
}

std::string described(const Checkpoint& checkpoint) {
    return checkpoint.origin + ", " + std::to_string(checkpoint.size) + " entries";
}

}  // namespace

WitnessAnswer Witness::add_checkpoint(std::string_view body, Timestamp now) {
    const auto request = AddCheckpoint::decode(body);
    if (!request) return refused(400, request.error().message);
    const auto note = SignedNote::decode(request->checkpoint);
    if (!note) return refused(400, note.error().message);
    const auto checkpoint = Checkpoint::from_text(note->text);
    if (!checkpoint) return refused(400, checkpoint.error().message);
    const auto* ledger = records_.find(checkpoint->origin);
    if (ledger == nullptr) return refused(404, "this witness does not know the ledger " + checkpoint->origin);
    if (!ledger->keys.open(request->checkpoint)) return refused(403, "the checkpoint is not signed by the key that this witness knows for " + checkpoint->origin);
    if (request->old_size > checkpoint->size) return refused(400, "the old size is larger than the checkpoint's");
    const Checkpoint& last = ledger->last;
    if (request->old_size != last.size) {
        // Behind what was cosigned: old, or rolled back. Whoever asks is told the size, and knows which.
        const bool behind = checkpoint->size < last.size;
        return conflicting(last.size, behind ? "not cosigned: " + described(*checkpoint) + ", after " + std::to_string(last.size) + " were cosigned" : "");
    }
    if (checkpoint->size == last.size && checkpoint->root != last.root) {
        std::string log = "FORKED: " + described(*checkpoint) + ", are not those that were cosigned; the checkpoint is kept beside the record";
        if (auto kept = records_.keep_evidence(*checkpoint, note->encode()); !kept) log += ", but " + kept.error().message;
        return conflicting(last.size, log);
    }
    if (checkpoint->size == last.size && !request->proof.empty()) return refused(422, "a tree that has not grown needs no proof");
    if (checkpoint->size != last.size && !grew(last, *checkpoint, request->proof)) {
        auto answer = refused(422, "the proof does not lead from the " + std::to_string(last.size) + " entries that were cosigned to this checkpoint");
        answer.log = "not cosigned: " + described(*checkpoint) + ", without a proof that they grew from the " + std::to_string(last.size) + " that were";
        return answer;
    }
    return cosign(*checkpoint, *note, now);
}

WitnessAnswer Witness::cosign(const Checkpoint& checkpoint, const SignedNote& note, Timestamp now) {
    // Only the ledger's own signatures are kept: others' are not this witness's business.
    SignedNote own{.text = note.text, .signatures = {}};
    const auto keys = records_.find(checkpoint.origin)->keys.all();
    for (const auto& signature : note.signatures) {
        const SignedNote candidate{.text = note.text, .signatures = {signature}};
        if (std::any_of(keys.begin(), keys.end(), [&](const NoteVerifier& key) { return key.verify(candidate).has_value(); }))
            own.signatures.push_back(signature);
    }
    if (auto kept = records_.keep(checkpoint, own.encode()); !kept) {
        auto answer = refused(500, "the witness cannot record what it cosigns");
        answer.log = "NOT COSIGNED: " + kept.error().message;
        return answer;
    }
    return {.status = 200, .body = encode_note_signature(cosigner_.cosign(note.text, now)) + "\n"};
}

}  // namespace seald
