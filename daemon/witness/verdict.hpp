// What a witness's answer means, by C2SP tlog-witness. Pure.
#pragma once
#include <string>
#include <variant>

#include "core/cosignature.hpp"
#include "daemon/witness/exchange.hpp"

namespace seald {

struct AskedWitness {
    std::uint64_t old_size = 0, size = 0;
    std::string text;          // of the checkpoint
    bool size_is_its_own = false;  // it named old_size itself, a moment ago
};

struct GotCosignature {
    NoteSignature signature;
    Timestamp time;
};
struct AskFrom {  // the witness has cosigned up to here: ask again with the proof from it
    std::uint64_t size;
};
struct Contradicted {  // the witness has seen another ledger than the one it was asked about
    std::string words;
};
struct NotCosigned {  // for another reason
    std::string words;
};
using Verdict = std::variant<GotCosignature, AskFrom, Contradicted, NotCosigned>;

Verdict judge_reply(const WitnessReply& reply, const AskedWitness& asked, const WitnessKey& key);

}  // namespace seald
