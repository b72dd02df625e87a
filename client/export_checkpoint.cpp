#include "client/export_checkpoint.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <chrono>
#include <thread>

#include "client/answer_reader.hpp"

namespace seald {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 10s;
constexpr auto pause = 500ms;

Result<bool> has_witnesses(const ApiClient& api) {
    const auto answer = api.get("/v1/status");
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    const auto* ledger = in.find_object("ledger");
    if (auto understood = in.finish(); !understood) return understood.error();
    if (ledger == nullptr) return false;
    AnswerReader about(*ledger);
    return !about.list("witnesses").empty();
}

// The ledger signs under its origin; whoever else signs is a witness. What his signature is worth, `verify --witness` says.
std::string cosigners(const SignedNote& note, const std::string& origin) {
    std::string names;
    for (const auto& signature : note.signatures)
        if (signature.name != origin) names += (names.empty() ? "" : ", ") + signature.name;
    return names;
}

Result<ExportCheckpoint> read_note(std::string text) {
    const auto note = SignedNote::decode(text);
    if (!note) return note.error();
    const auto checkpoint = Checkpoint::from_text(note->text);
    if (!checkpoint) return checkpoint.error();
    const auto names = cosigners(*note, checkpoint->origin);
    return ExportCheckpoint{std::move(text), checkpoint->size, names.empty() ? "" : "cosigned by " + names};
}

}  // namespace

Result<ExportCheckpoint> find_export_checkpoint(const ApiClient& api, std::uint64_t least, const std::string& newest) {
    const auto witnesses = has_witnesses(api);
    if (!witnesses) return witnesses.error();
    for (const auto begun = std::chrono::steady_clock::now(); *witnesses; std::this_thread::sleep_for(pause)) {
        auto text = api.get_text("/v1/ledger/checkpoint?witnessed=true");
        if (!text) return text.error();
        auto found = read_note(std::move(*text));
        if (!found || (found->size >= least && !found->words.empty())) return found;
        if (std::chrono::steady_clock::now() - begun > patience) break;
    }
    auto taken = read_note(newest);
    if (taken && taken->words.empty()) taken->words = *witnesses ? "NOT COSIGNED: no witness cosigned so many entries within 10 s" : "not cosigned: the daemon has no witnesses";
    return taken;
}

}  // namespace seald
