// The key a reviewer or approver signs decisions with: a file, or a key on the person's own token. Either way the
// result is the compact JWS that the daemon checks against the enrolled public key.
#pragma once
#include <string>
#include <variant>

#include "client/card_key.hpp"
#include "core/approval.hpp"

namespace seald {

class ApprovalKey {
  public:
    // A file (empty: ~/.config/seald/approval.key) or a pkcs11: URI; `module` is for the latter.
    static Result<ApprovalKey> open(const std::string& file_or_uri, const std::string& module);

    PublicKey public_key() const;
    Result<std::string> sign(const Approval& approval) const;

  private:
    explicit ApprovalKey(std::variant<PrivateKey, CardKey> key) : key_(std::move(key)) {}
    std::variant<PrivateKey, CardKey> key_;
};

}  // namespace seald
