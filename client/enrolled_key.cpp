#include "client/enrolled_key.hpp"

#include "client/answer_reader.hpp"

namespace seald {

Result<OwnIdentity> find_own_identity(const ApiClient& api) {
    const auto answer = api.get("/v1/whoami");
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    const std::string id_text = in.text("id");
    const std::string thumbprint = in.find_text("approval_key_thumbprint");
    const std::string daemon = in.text("daemon");
    if (auto understood = in.finish(); !understood) return understood.error();
    auto id = PersonId::decode(id_text);
    if (!id) return id.error();
    if (thumbprint.empty()) {
        return refusal(
            "approval-key-enrolled", "no approval key is enrolled for " + id_text,
            {"an administrator who puts your public key into the configuration; sealctl keygen makes a key"});
    }
    return OwnIdentity{std::move(*id), thumbprint, daemon};
}

Result<ApprovalKey> open_enrolled_key(const OwnIdentity& identity, const std::string& file_or_uri, const std::string& module) {
    auto key = ApprovalKey::open(file_or_uri, module);
    if (!key) return key.error();
    if (const std::string mine = key->public_key().thumbprint(); mine != identity.key_thumbprint) {
        return refusal("approval-key-enrolled",
                       "this key (" + mine + ") is not the one enrolled for " + identity.id.str() + " (" + identity.key_thumbprint + ")",
                       {"the enrolled key, with --key"});
    }
    return key;
}

}  // namespace seald
