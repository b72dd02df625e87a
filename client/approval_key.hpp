// The key that a reviewer or approver signs decisions with, whoever uses a seal his request, and a second person what he confirms: a file, or a key on the person's own token. Either way the
// result is the compact JWS that the daemon checks against the enrolled public key.
#pragma once
#include <string>
#include <variant>

#include "client/card_key.hpp"
#include "core/act_confirmation.hpp"
#include "core/approval.hpp"
#include "core/hand_over_statement.hpp"
#include "core/use_proof.hpp"

namespace seald {

class ApprovalKey {
  public:
    // A file (empty: ~/.config/seald/approval.key) or a pkcs11: URI; `module` is for the latter.
    static Result<ApprovalKey> open(const std::string& file_or_uri, const std::string& module);

    PublicKey public_key() const;
    Result<std::string> sign(const Approval& approval) const;
    Result<std::string> sign(const UseProof& proof) const;
    Result<std::string> sign(const ActConfirmation& confirmation) const;
    Result<std::string> sign(const HandOverStatement& statement) const;

  private:
    Result<std::string> sign_on_card(const CardKey& card, const std::string& claims, std::string_view typ) const;
    explicit ApprovalKey(std::variant<PrivateKey, CardKey> key) : key_(std::move(key)) {}
    std::variant<PrivateKey, CardKey> key_;
};

}  // namespace seald
