#include "daemon/model/seal_version.hpp"

#include "daemon/model/words.hpp"

namespace seald {

std::string_view to_string(VersionState state) {
    switch (state) {
        case VersionState::waiting:
            return "waiting";
        case VersionState::replaced:
            return "replaced";
        case VersionState::withdrawn:
            return "withdrawn";
    }
    return "";
}

Result<VersionState> decode_version_state(std::string_view text) {
    constexpr std::array all{VersionState::waiting, VersionState::replaced, VersionState::withdrawn};
    return decode_word(text, "state of a seal's version", all);
}

Result<void> check_replaceable(const Seal& seal) {
    const std::string name = "seal " + seal.name.str();
    switch (seal.state) {
        case SealState::filed:
        case SealState::in_force:
        case SealState::suspended:
            return {};
        case SealState::made:
            return conflict("seal-state", name + " was never filed: nothing was sealed with its key yet, so file it (備案) first, or make another seal");
        case SealState::lost:
        case SealState::cancelled:
        case SealState::destroyed:
            break;
    }
    return conflict("seal-state", name + " is " + std::string(to_string(seal.state)) +
                                      ", which is final: its key is not replaced; make a new seal under another name");
}

Result<void> check_certified(const SealVersion& version, Timestamp now) {
    const std::string which = "version " + std::to_string(version.number) + " of seal " + version.seal.str();
    if (version.certificates.empty())
        return conflict("certificate-missing", which + " has no certificate: sealctl seal certificate " + version.seal.str() +
                                                   " --import FILE brings in the one issued for its request");
    const Certificate& certificate = version.certificates.front();
    if (certificate.valid_at(now)) return {};
    const bool early = now < certificate.not_before();
    return conflict("certificate-not-valid", "the certificate of " + which + (early ? " is not valid before " + to_rfc3339(certificate.not_before())
                                                                                    : " expired at " + to_rfc3339(certificate.not_after())));
}

Seal with_version(Seal seal, const SealVersion& version) {
    seal.token = version.place.token;
    seal.token_serial = version.place.token_serial;
    seal.key_id = version.place.key_id;
    seal.algorithm = version.algorithm;
    seal.public_key = version.public_key;
    seal.certificate.reset();
    seal.chain.clear();
    if (!version.certificates.empty()) {
        seal.certificate = version.certificates.front();
        seal.chain.assign(version.certificates.begin() + 1, version.certificates.end());
    }
    seal.standby.clear();
    seal.version = version.number;
    seal.version_from = version.used_from.value_or(version.since);
    seal.key_attributes = version.key_attributes;
    return seal;
}

SealVersion replaced_version(const Seal& seal, const SealVersion& by, const PersonId& who, Timestamp now) {
    SealVersion replaced{.seal = seal.name,
                         .number = seal.version,
                         .state = VersionState::replaced,
                         .place = {seal.token, seal.token_serial, seal.key_id},
                         .algorithm = seal.algorithm,
                         .public_key = seal.public_key,
                         .certificates = {},
                         .key_attributes = seal.key_attributes,
                         .reason = by.reason,
                         .by = who,
                         .since = now,
                         .used_from = seal.version_from,
                         .planned = {}};
    if (seal.certificate) replaced.certificates.push_back(*seal.certificate);
    replaced.certificates.insert(replaced.certificates.end(), seal.chain.begin(), seal.chain.end());
    return replaced;
}

}  // namespace seald
