#include "daemon/witness/verdict.hpp"

#include "core/add_checkpoint.hpp"
#include "core/decimal.hpp"
#include "core/note_text.hpp"

namespace seald {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

// "The client MUST ignore any cosignatures from unknown keys."
Verdict take_cosignature(std::string_view lines, const AskedWitness& asked, const WitnessKey& key) {
    while (const auto line = take_line(lines)) {
        auto signature = decode_note_signature(*line);
        if (!signature || !key.made(*signature)) continue;
        const auto time = key.verify(asked.text, *signature);
        if (!time) return NotCosigned{"answered with a cosignature that is wrong"};
        return GotCosignature{std::move(*signature), *time};
    }
    return NotCosigned{"answered without a cosignature by its key: is vkey the key of the witness at this url"};
}

std::optional<std::uint64_t> stated_size(const WitnessReply& reply) {
    std::string_view body = reply.body;
    const auto line = take_line(body);
    if (reply.content_type != tree_size_type || !line || !body.empty()) return std::nullopt;
    return decode_decimal(*line);
}

Verdict judge_conflict(const WitnessReply& reply, const AskedWitness& asked) {
    const auto stated = stated_size(reply);
    const bool nothing_new = asked.old_size == asked.size;
    if (stated && *stated > asked.size)
        return Contradicted{"has cosigned " + number(*stated) + " entries, and here there are " + number(asked.size) + ": the ledger was rolled back"};
    // It was asked from the size that it states, so what differs is the root.
    if (nothing_new && (!stated || *stated == asked.size))
        return Contradicted{"has cosigned " + number(asked.size) + " other entries than are here: the ledger was forked"};
    if (!stated || *stated == asked.old_size) return NotCosigned{"answered 409 without a size that explains it"};
    return AskFrom{*stated};
}

}  // namespace

Verdict judge_reply(const WitnessReply& reply, const AskedWitness& asked, const WitnessKey& key) {
    switch (reply.status) {
        case 200:
            return take_cosignature(reply.body, asked, key);
        case 409:
            return judge_conflict(reply, asked);
        case 422:
            if (asked.old_size == 0) return NotCosigned{"answers HTTP 422 where there is no proof to refuse: is it the witness that answers at this url, or something before it"};
            // Whatever stands before a witness may say 422. A witness that knows the ledger names its size when it is asked from 0.
            if (!asked.size_is_its_own) return AskFrom{0};
            // The proof was checked here before it was sent: it is the witness's tree that is another one.
            return Contradicted{"has cosigned " + number(asked.old_size) + " entries from which the " + number(asked.size) +
                                " here did not grow: the ledger was forked"};
        case 403:
            return NotCosigned{"knows this ledger by another key: it must be given the one of `sealctl ledger key`, which after a change of the key has the changes too"};
        case 404:
            return NotCosigned{"does not know this ledger, or is not at this url: it must be given the key of `sealctl ledger key`"};
        default:
            return NotCosigned{"answered with HTTP status " + std::to_string(reply.status)};
    }
}

}  // namespace seald
