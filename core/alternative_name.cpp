#include "core/alternative_name.hpp"

#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/openssl.hpp"

namespace seald {
namespace {

using GeneralNames = Openssl<GENERAL_NAMES, GENERAL_NAMES_free>;

constexpr std::size_t longest = 512;

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

std::string_view prefix_of(int type) {
    if (type == GEN_DNS) return "DNS:";
    if (type == GEN_EMAIL) return "email:";
    if (type == GEN_URI) return "URI:";
    return {};
}

// The whole of it, a NUL inside included: that is what tells two look-alikes apart.
std::optional<AlternativeName> name_of(const GENERAL_NAME* general) {
    int type = 0;
    const void* value = GENERAL_NAME_get0_value(general, &type);
    const std::string_view prefix = prefix_of(type);
    if (prefix.empty()) return std::nullopt;
    const auto* text = static_cast<const ASN1_IA5STRING*>(value);
    const auto size = static_cast<std::size_t>(ASN1_STRING_length(text));
    auto name = AlternativeName::decode(std::string(prefix).append(
        as_text(BytesView(ASN1_STRING_get0_data(text), size))));
    if (!name) return std::nullopt;
    return std::move(*name);
}

}  // namespace

Result<AlternativeName> AlternativeName::decode(std::string_view text) {
    constexpr std::array<std::string_view, 3> prefixes = {"DNS:", "email:", "URI:"};
    const auto known = std::ranges::find_if(prefixes, [&](auto prefix) { return text.starts_with(prefix); });
    if (known != prefixes.end() && text.size() > known->size() && text.size() <= longest && is_printable(text))
        return AlternativeName(std::string(text));
    return malformed(
        "not a name of a certificate; allowed: \"DNS:host\", \"email:address\" or \"URI:...\", printable ASCII without "
        "blanks, exactly as in the certificate");
}

std::vector<AlternativeName> AlternativeName::all_of(const Certificate& certificate) {
    const GeneralNames names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate.x509(), NID_subject_alt_name, nullptr, nullptr)));
    std::vector<AlternativeName> found;
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i)
        if (auto name = name_of(sk_GENERAL_NAME_value(names.get(), i))) found.push_back(std::move(*name));
    return found;
}

}  // namespace seald
