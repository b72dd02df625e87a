#include "daemon/model/witness.hpp"

#include <algorithm>

#include "core/decimal.hpp"

namespace seald {

Result<WitnessUrl> WitnessUrl::decode(std::string_view text) {
    const Error problem = malformed("not a witness's address; allowed: like \"https://witness.example.org/w1\" or \"http://192.0.2.7:7450\", without user, query or fragment");
    const bool clean = std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    if (!clean || text.size() > 1024 || text.find_first_of("@?#\\") != text.npos) return problem;
    WitnessUrl url;
    if (text.starts_with("https://"))
        url.tls = true;
    else if (!text.starts_with("http://"))
        return problem;
    text.remove_prefix(url.tls ? 8 : 7);
    std::string_view authority = text.substr(0, text.find('/'));
    url.path = std::string(text.substr(authority.size()));
    while (url.path.ends_with('/')) url.path.pop_back();
    url.port = url.tls ? "443" : "80";
    const std::size_t colon = authority.rfind(':');
    if (colon != authority.npos && !authority.ends_with(']')) {
        const auto port = decode_decimal(authority.substr(colon + 1));
        if (!port || *port == 0 || *port > 65535) return problem;
        url.port = std::to_string(*port);
        authority = authority.substr(0, colon);
    }
    if (authority.starts_with('[') && authority.ends_with(']'))
        authority = authority.substr(1, authority.size() - 2);
    else if (authority.find(':') != authority.npos)
        return problem;
    if (authority.empty()) return problem;
    url.host = std::string(authority);
    return url;
}

std::string WitnessUrl::str() const {
    const std::string in_brackets = host.find(':') == host.npos ? host : "[" + host + "]";
    return (tls ? "https://" : "http://") + in_brackets + ":" + port + path;
}

}  // namespace seald
