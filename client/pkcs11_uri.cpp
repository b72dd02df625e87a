#include "client/pkcs11_uri.hpp"

#include <vector>

namespace seald {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

Result<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
        if (high < 0 || low < 0) return malformed("PKCS#11 URI: a '%' is not followed by two hexadecimal digits");
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return parts;
}

// A value with a NUL would be cut short by every C interface behind this.
Result<void> set(Pkcs11Uri& uri, std::string_view name, std::string value) {
    if (name == "id") {
        const auto bytes = as_bytes(value);
        uri.id.assign(bytes.begin(), bytes.end());
        return {};
    }
    if (value.find('\0') != std::string::npos)
        return malformed("PKCS#11 URI: " + std::string(name) + " contains a NUL");
    if (name == "token")
        uri.token = std::move(value);
    else if (name == "serial")
        uri.serial = std::move(value);
    else if (name == "manufacturer")
        uri.manufacturer = std::move(value);
    else if (name == "model")
        uri.model = std::move(value);
    else if (name == "object")
        uri.object = std::move(value);
    else if (name == "module-path")
        uri.module_path = std::move(value);
    else if (name == "pin-source")
        uri.pin_source = value.starts_with("file:") ? value.substr(5) : value;
    else if (name == "type" && value == "private")
        return {};
    else if (name == "pin-value")
        return malformed("PKCS#11 URI: pin-value would show the PIN to other processes; use pin-source or type it");
    else
        return malformed("PKCS#11 URI: '" + std::string(name) +
                         "' is not known here; known are token, serial, manufacturer, model, object, id, type=private, "
                         "module-path, pin-source");
    return {};
}

Result<void> take(Pkcs11Uri& uri, std::string_view attributes, char separator) {
    for (const std::string_view attribute : split(attributes, separator)) {
        const auto equals = attribute.find('=');
        if (equals == std::string_view::npos)
            return malformed("PKCS#11 URI: '" + std::string(attribute) + "' has no '='");
        auto value = percent_decode(attribute.substr(equals + 1));
        if (!value) return value.error();
        if (auto done = set(uri, attribute.substr(0, equals), std::move(*value)); !done) return done.error();
    }
    return {};
}

}  // namespace

Result<Pkcs11Uri> Pkcs11Uri::decode(std::string_view text) {
    if (!looks_like(text)) return malformed("not a PKCS#11 URI: it starts with pkcs11:");
    text.remove_prefix(7);
    const auto query = text.find('?');
    Pkcs11Uri uri;
    if (auto path = take(uri, text.substr(0, query), ';'); !path) return path.error();
    if (query == std::string_view::npos) return uri;
    if (auto rest = take(uri, text.substr(query + 1), '&'); !rest) return rest.error();
    return uri;
}

}  // namespace seald
