// Step 7 of the walk: a signature that checked out against the seal's registered certificate. Only verification can make
// one, so a signature that was not verified cannot be recorded as done, let alone leave.
#pragma once
#include "core/cms.hpp"

namespace seald {

class VerifiedSignature {
  public:
    // DER of a detached CMS over `document`, made with the key of `registered`.
    static Result<VerifiedSignature> cms(Bytes der, const Digest& document, const Certificate& registered);
    // A bare signature value over `document` (format `raw`).
    static Result<VerifiedSignature> raw(Bytes value, const Digest& document, SignatureScheme scheme, const Certificate& registered);

    const Bytes& value() const { return value_; }
    // SHA-256 over the bare signature value, in every format: other bytes of a CMS can be changed and it still verifies.
    const Digest& sha256() const { return sha256_; }

  private:
    VerifiedSignature(Bytes value, Digest sha256) : value_(std::move(value)), sha256_(sha256) {}
    Bytes value_;
    Digest sha256_;
};

}  // namespace seald
