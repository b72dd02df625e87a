// A PKCS#11 URI (RFC 7512): which key on which token. Knows the attributes that select a token and a key, module-path
// and pin-source; refuses pin-value, because a PIN does not belong into arguments, and whatever else it does not know.
#pragma once
#include <string>
#include <string_view>

#include "core/encoding.hpp"
#include "core/error.hpp"

namespace seald {

struct Pkcs11Uri {
    std::string token, serial, manufacturer, model;  // empty: any
    std::string object;                              // key label; empty: any
    Bytes id;                                        // CKA_ID; empty: any
    std::string module_path;
    std::string pin_source;  // a file; "file:" in front of it is taken off

    static bool looks_like(std::string_view text) { return text.starts_with("pkcs11:"); }
    static Result<Pkcs11Uri> decode(std::string_view text);  // malformed
};

}  // namespace seald
