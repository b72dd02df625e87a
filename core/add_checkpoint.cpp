#include "core/add_checkpoint.hpp"

#include "core/decimal.hpp"
#include "core/note_text.hpp"

namespace seald {
namespace {

constexpr std::string_view kOld = "old ";
constexpr std::size_t kMaxProof = 63;  // "The client MUST NOT send more than 63 consistency proof lines."

}  // namespace

std::string AddCheckpoint::encode() const {
    std::string body = std::string(kOld) + std::to_string(old_size) + "\n";
    for (const auto& hash : proof) body += encode_base64(hash) + "\n";
    return body + "\n" + checkpoint;
}

Result<AddCheckpoint> AddCheckpoint::decode(std::string_view body) {
    AddCheckpoint request;
    const auto first = take_line(body);
    const auto size = first && first->starts_with(kOld) ? decode_decimal(first->substr(kOld.size())) : std::nullopt;
    if (!size) return malformed("the first line must be \"old\", a blank, and the size of the previous checkpoint");
    request.old_size = *size;
    for (;;) {
        const auto line = take_line(body);
        if (!line) return malformed("the empty line before the checkpoint is missing");
        if (line->empty()) break;
        const auto hash = decode_tree_hash(*line);
        if (!hash) return malformed("a line of the consistency proof is not the base64 of a hash");
        if (request.proof.size() == kMaxProof) return malformed("the consistency proof has more than 63 lines");
        request.proof.push_back(*hash);
    }
    request.checkpoint = std::string(body);
    return request;
}

}  // namespace seald
