// Where a PIN comes from when nobody is there to type it: a private file or a systemd credential. Refuses files that
// others could have read or written, and PINs that would be wrong by accident (a trailing newline).
#pragma once
#include <string>

#include "core/secret.hpp"
#include "pkcs11/ckr.hpp"

namespace seald {

class PinSource {
  public:
    static Outcome<PinSource> decode(std::string_view text);  // "none" "file:PATH" "credential:NAME"; bad_request
    bool unattended() const { return kind_ != Kind::none; }
    std::string file() const;      // where it is read from; empty for none
    Outcome<Secret> read() const;  // pin_rejected, saying what is wrong with it

  private:
    enum class Kind { none, file, credential };
    PinSource(Kind kind, std::string argument) : kind_(kind), argument_(std::move(argument)) {}
    Kind kind_;
    std::string argument_;
};

}  // namespace seald
