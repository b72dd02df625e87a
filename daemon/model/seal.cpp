#include "daemon/model/seal.hpp"

#include "daemon/model/words.hpp"

namespace seald {

std::string_view to_string(SealKind kind) {
    switch (kind) {
        case SealKind::official:
            return "official";
        case SealKind::contract:
            return "contract";
        case SealKind::finance:
            return "finance";
        case SealKind::personnel:
            return "personnel";
        case SealKind::invoice:
            return "invoice";
        case SealKind::legal_representative:
            return "legal-representative";
        case SealKind::other:
            return "other";
    }
    return "";
}

Result<SealKind> decode_seal_kind(std::string_view text) {
    constexpr std::array all{SealKind::official,  SealKind::contract, SealKind::finance,
                             SealKind::personnel, SealKind::invoice,  SealKind::legal_representative,
                             SealKind::other};
    return decode_word(text, "seal kind", all);
}

std::string_view to_string(SealState state) {
    switch (state) {
        case SealState::made:
            return "made";
        case SealState::filed:
            return "filed";
        case SealState::in_force:
            return "in-force";
        case SealState::suspended:
            return "suspended";
        case SealState::lost:
            return "lost";
        case SealState::cancelled:
            return "cancelled";
        case SealState::destroyed:
            return "destroyed";
    }
    return "";
}

Result<SealState> decode_seal_state(std::string_view text) {
    constexpr std::array all{SealState::made, SealState::filed,     SealState::in_force, SealState::suspended,
                             SealState::lost, SealState::cancelled, SealState::destroyed};
    return decode_word(text, "seal state", all);
}

std::string_view to_string(SealAct act) {
    switch (act) {
        case SealAct::file:
            return "file";
        case SealAct::activate:
            return "activate";
        case SealAct::suspend:
            return "suspend";
        case SealAct::resume:
            return "resume";
        case SealAct::lose:
            return "lost";
        case SealAct::cancel:
            return "cancel";
        case SealAct::destroy:
            return "destroy";
    }
    return "";
}

Result<SealAct> decode_seal_act(std::string_view text) {
    constexpr std::array all{SealAct::file, SealAct::activate, SealAct::suspend, SealAct::resume, SealAct::lose, SealAct::cancel, SealAct::destroy};
    return decode_word(text, "act on a seal", all);
}

std::string_view to_string(SignatureFormat format) {
    switch (format) {
        case SignatureFormat::cms:
            return "cms";
        case SignatureFormat::pades:
            return "pades";
        case SignatureFormat::raw:
            return "raw";
    }
    return "";
}

Result<SignatureFormat> decode_signature_format(std::string_view text) {
    constexpr std::array all{SignatureFormat::cms, SignatureFormat::pades, SignatureFormat::raw};
    return decode_word(text, "signature format", all);
}

std::vector<KeyPlace> Seal::places() const {
    std::vector<KeyPlace> places{{token, token_serial, key_id}};
    places.insert(places.end(), standby.begin(), standby.end());
    return places;
}

}  // namespace seald
