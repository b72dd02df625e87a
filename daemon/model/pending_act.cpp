#include "daemon/model/pending_act.hpp"

#include <boost/json/serialize.hpp>

#include "core/json.hpp"
#include "daemon/model/words.hpp"

namespace seald {

std::string_view to_string(DualAct kind) {
    switch (kind) {
        case DualAct::resume:
            return "resume";
        case DualAct::activate:
            return "activate";
        case DualAct::cancel:
            return "cancel";
        case DualAct::destroy:
            return "destroy";
        case DualAct::copy_key:
            return "copy-key";
    }
    return "";
}

Result<DualAct> decode_dual_act(std::string_view text) {
    constexpr std::array all{DualAct::resume, DualAct::activate, DualAct::cancel, DualAct::destroy, DualAct::copy_key};
    return decode_word(text, "act for two", all);
}

unsigned confirmations_needed(DualAct kind) { return kind == DualAct::destroy ? 2 : 1; }

std::string_view to_string(DualActState state) {
    switch (state) {
        case DualActState::waiting:
            return "waiting";
        case DualActState::confirmed:
            return "confirmed";
        case DualActState::done:
            return "done";
        case DualActState::declined:
            return "declined";
        case DualActState::withdrawn:
            return "withdrawn";
        case DualActState::expired:
            return "expired";
        case DualActState::overtaken:
            return "overtaken";
    }
    return "";
}

Result<DualActState> decode_dual_act_state(std::string_view text) {
    using enum DualActState;
    constexpr std::array all{waiting, confirmed, done, declined, withdrawn, expired, overtaken};
    return decode_word(text, "state of an act", all);
}

Digest PendingAct::statement_sha256() const { return Digest::of(DigestAlgorithm::sha256, as_bytes(statement)); }

unsigned PendingAct::still_needed() const {
    const auto needed = confirmations_needed(kind);
    const auto there = static_cast<unsigned>(confirmations.size());
    return there < needed ? needed - there : 0;
}

DualActState PendingAct::state_at(Timestamp now) const {
    return state == DualActState::waiting && now >= expires_at ? DualActState::expired : state;
}

std::string state_act(const ActNumber& number, const ActWish& wish, const Seal& seal, const std::string& daemon, const PersonId& asked_by, Timestamp asked_at) {
    return boost::json::serialize(boost::json::object{{"act", number.str()},
                                                      {"daemon", daemon},
                                                      {"kind", to_string(wish.kind)},
                                                      {"seal", seal.name.str()},
                                                      {"title", seal.title},
                                                      {"owner", seal.owner},
                                                      {"state", to_string(seal.state)},
                                                      {"epoch", seal.epoch},
                                                      {"parameters", wish.parameters},
                                                      {"reason", wish.reason},
                                                      {"asked_by", asked_by.str()},
                                                      {"asked_at", to_rfc3339(asked_at)},
                                                      {"expires_at", to_rfc3339(asked_at + act_patience)}});
}

Result<StatedSeal> read_statement(const std::string& statement) {
    auto object = parse_json_object(statement);
    if (!object) return object.error();
    ObjectReader in(*object, "statement");
    in.ignore_unknown();
    const auto word = in.text("state");
    const auto epoch = in.integer("epoch");
    const auto parameters = in.object("parameters");
    if (auto done = in.finish(); !done) return done.error();
    auto state = decode_seal_state(word);
    if (!state) return state.error();
    return StatedSeal{*state, static_cast<std::uint64_t>(epoch), parameters};
}

}  // namespace seald
