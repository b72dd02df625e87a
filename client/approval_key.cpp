#include "client/approval_key.hpp"

#include "client/user_files.hpp"

namespace seald {

Result<ApprovalKey> ApprovalKey::open(const std::string& file_or_uri, const std::string& module) {
    if (Pkcs11Uri::looks_like(file_or_uri)) {
        const auto uri = Pkcs11Uri::decode(file_or_uri);
        if (!uri) return uri.error();
        auto card = CardKey::open(*uri, module);
        if (!card) return card.error();
        return ApprovalKey(std::move(*card));
    }
    std::filesystem::path file = file_or_uri;
    if (file.empty()) {
        const auto usual = own_file("approval.key");
        if (!usual) return usual.error();
        file = *usual;
        if (!std::filesystem::exists(file)) {
            return not_found("there is no approval key at " + file.string() +
                             "; make one with sealctl keygen, or give --key");
        }
    }
    auto key = PrivateKey::load_pem(file);
    if (!key) return key.error();
    return ApprovalKey(std::move(*key));
}

PublicKey ApprovalKey::public_key() const {
    if (const auto* card = std::get_if<CardKey>(&key_)) return card->public_key();
    return std::get<PrivateKey>(key_).public_key();
}

Result<std::string> ApprovalKey::sign(const Approval& approval) const {
    if (const auto* card = std::get_if<CardKey>(&key_)) return sign_on_card(*card, approval.to_claims(), approval_typ);
    return sign_approval(approval, std::get<PrivateKey>(key_));
}

Result<std::string> ApprovalKey::sign(const UseProof& proof) const {
    if (const auto* card = std::get_if<CardKey>(&key_)) return sign_on_card(*card, proof.to_claims(), use_proof_typ);
    return sign_use_proof(proof, std::get<PrivateKey>(key_));
}

Result<std::string> ApprovalKey::sign(const ActConfirmation& confirmation) const {
    if (const auto* card = std::get_if<CardKey>(&key_)) return sign_on_card(*card, confirmation.to_claims(), act_confirmation_typ);
    return sign_act_confirmation(confirmation, std::get<PrivateKey>(key_));
}

Result<std::string> ApprovalKey::sign(const HandOverStatement& statement) const {
    const std::string claims = statement.to_claims();
    // Never mint what every daemon would refuse.
    if (const auto again = HandOverStatement::from_claims(claims); !again) return again.error();
    if (const auto* card = std::get_if<CardKey>(&key_)) return sign_on_card(*card, claims, hand_over_typ);
    return sign_jws(claims, hand_over_typ, std::get<PrivateKey>(key_));
}

Result<std::string> ApprovalKey::sign_on_card(const CardKey& card, const std::string& claims, std::string_view typ) const {
    const std::string input = jws_signing_input(claims, typ, card.public_key());
    const auto signature = card.sign(input);
    if (!signature) return signature.error();
    const std::string jws = assemble_jws(input, *signature);
    // A card that signs with another key than it shows would cost its owner a puzzling refusal: find out here.
    const auto decoded = decode_jws(jws);
    if (!decoded) return decoded.error();
    if (auto good = verify_jws(*decoded, card.public_key()); !good) return good.error();
    return jws;
}

}  // namespace seald
