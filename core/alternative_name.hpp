// The names in a certificate's subjectAltName (RFC 5280 section 4.2.1.6), written as they are enrolled:
// "DNS:erp.example.org", "email:li.na@example.org", "URI:spiffe://example.org/erp". Compared as exact bytes and never
// interpreted: no case folding, no wildcards. A name with a NUL, a blank, a control character or anything else that is
// not printable ASCII is no name at all: neither enrolled nor found in a certificate.
#pragma once
#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "core/certificate.hpp"

namespace seald {

class AlternativeName {
  public:
    static Result<AlternativeName> decode(std::string_view text);  // malformed
    static std::vector<AlternativeName> all_of(const Certificate& certificate);
    const std::string& str() const { return text_; }
    friend auto operator<=>(const AlternativeName&, const AlternativeName&) = default;

  private:
    explicit AlternativeName(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

}  // namespace seald
