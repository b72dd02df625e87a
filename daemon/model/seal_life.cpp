// The life of a seal: which act leads from which state to which, and when a seal may sign.
#include "daemon/model/seal.hpp"

namespace seald {

namespace {

struct Move {
    SealState from;
    SealAct act;
    SealState to;
};
constexpr Move moves[] = {
    {SealState::made, SealAct::file, SealState::filed},
    {SealState::filed, SealAct::activate, SealState::in_force},
    {SealState::in_force, SealAct::suspend, SealState::suspended},
    {SealState::suspended, SealAct::resume, SealState::in_force},
    // Also before it was ever in force: its key exists.
    {SealState::made, SealAct::lose, SealState::lost},
    {SealState::filed, SealAct::lose, SealState::lost},
    {SealState::in_force, SealAct::lose, SealState::lost},
    {SealState::suspended, SealAct::lose, SealState::lost},
    {SealState::made, SealAct::cancel, SealState::cancelled},
    {SealState::filed, SealAct::cancel, SealState::cancelled},
    {SealState::in_force, SealAct::cancel, SealState::cancelled},
    {SealState::suspended, SealAct::cancel, SealState::cancelled},
    {SealState::lost, SealAct::cancel, SealState::cancelled},
    {SealState::cancelled, SealAct::destroy, SealState::destroyed},
};

// What would help somebody who tried to use a seal in this state.
std::string_view way_to_force(SealState state) {
    switch (state) {
        case SealState::made:
            return "file it (備案), then activate it";
        case SealState::filed:
            return "activate it";
        case SealState::in_force:
            return "nothing is needed";
        case SealState::suspended:
            return "a custodian or administrator can ask to resume it, and a second one confirms that";
        case SealState::lost:
        case SealState::cancelled:
        case SealState::destroyed:
            return "this is final: use the seal that replaces it";
    }
    return "";
}

}  // namespace

Result<SealState> next_state(SealState from, SealAct act) {
    for (const Move& move : moves) {
        if (move.from == from && move.act == act) return move.to;
    }
    const std::string verb = act == SealAct::lose ? "report lost" : std::string(to_string(act));
    std::string message = "cannot " + verb + " a seal that is " + std::string(to_string(from)) + ": ";
    if (from == SealState::made && act == SealAct::activate)
        return conflict("seal-state", message + "file it first (備案)");
    std::string possible;
    for (const Move& move : moves) {
        if (move.from == from) possible += (possible.empty() ? "" : " or ") + std::string(to_string(move.act));
    }
    message += possible.empty() ? "this state is final" : "what can be done now is " + possible;
    return conflict("seal-state", message);
}

Result<void> check_in_force(const Seal& seal, Timestamp now) {
    const std::string name = "seal " + seal.name.str();
    if (seal.state != SealState::in_force) {
        return conflict("seal-not-in-force", name + " is " + std::string(to_string(seal.state)) + ": " +
                                                 std::string(way_to_force(seal.state)));
    }
    if (!seal.certificate) {
        return conflict("certificate-missing", name + " has no certificate: import the one issued for its request");
    }
    if (now < seal.certificate->not_before()) {
        return conflict("certificate-not-valid", "the certificate of " + name + " is not valid before " +
                                                     to_rfc3339(seal.certificate->not_before()));
    }
    if (!seal.certificate->valid_at(now)) {
        return conflict("certificate-not-valid", "the certificate of " + name + " expired at " +
                                                     to_rfc3339(seal.certificate->not_after()) + ": import a new one");
    }
    return {};
}

}  // namespace seald
