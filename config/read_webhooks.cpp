#include <arpa/inet.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <charconv>

#include "config/sections.hpp"

namespace seald {

namespace {

struct Address {
    bool tls = true;
    std::string host, port, target;
};

bool is_this_host(const std::string& host) {
    in_addr four{};
    in6_addr six{};
    if (::inet_pton(AF_INET, host.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
    if (::inet_pton(AF_INET6, host.c_str(), &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six);
    return host == "localhost";
}

bool is_port(const std::string& text) {
    std::uint16_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc() && end == text.data() + text.size() && number != 0;
}

// Says what is allowed without repeating what was there: such addresses often hold a key.
Result<Address> decode_address(std::string_view text) {
    const Error refused = malformed("not the address of a webhook; allowed: \"https://HOST[:PORT]/PATH\", or \"http://\" to this host itself; no name or "
                                    "password and no fragment in it");
    const auto url = boost::urls::parse_uri(text);
    if (!url || (url->scheme() != "https" && url->scheme() != "http")) return refused;
    if (url->host().empty() || url->has_userinfo() || url->has_fragment()) return refused;
    const bool six = url->host_type() == boost::urls::host_type::ipv6;
    Address address{.tls = url->scheme() == "https",
                    .host = six ? std::string(url->host_address()) : std::string(url->host()),
                    .port = std::string(url->port()),
                    .target = std::string(url->encoded_target())};
    if (!std::ranges::all_of(address.host, [](unsigned char each) { return std::isalnum(each) || each == '.' || each == '-' || each == ':'; })) return refused;
    if (url->has_port() && !is_port(address.port)) return refused;
    if (!url->has_port()) address.port = address.tls ? "443" : "80";
    if (!address.target.starts_with('/')) address.target.insert(0, "/");
    if (!address.tls && !is_this_host(address.host))
        return malformed("plain http to another host, where anybody between could read the notices; allowed: https, or http to localhost, 127.0.0.1 or [::1]");
    return address;
}

// Says what is allowed without repeating what was there: it may be the secret itself.
Result<WebhookSecretPlace> decode_place(std::string_view text) {
    constexpr std::string_view credential = "credential:", file = "file:";
    if (text.starts_with(credential)) {
        const std::string name(text.substr(credential.size()));
        // systemd.exec(5): a credential's name is a file name.
        if (!name.empty() && name.size() <= 255 && name.find('/') == name.npos && name != "." && name != "..") return WebhookSecretPlace{true, name};
    }
    if (text.starts_with(file) && text.size() > file.size()) return WebhookSecretPlace{false, std::string(text.substr(file.size()))};
    return malformed("not where a secret is (and never the secret itself); allowed: \"credential:NAME\", \"file:PATH\"");
}

// A label of the metrics, too.
Result<std::string> decode_name(std::string_view text) {
    const bool plain = std::ranges::all_of(text, [](char each) { return (each >= 'a' && each <= 'z') || (each >= '0' && each <= '9') || each == '-'; });
    if (!text.empty() && text.size() <= 32 && plain && text != command_channel) return std::string(text);
    return malformed("not a webhook's name; allowed: 1 to 32 of a-z, 0-9 and -, and not \"command\"");
}

std::set<std::string, std::less<>> read_events(TableReader& reader) {
    std::set<std::string, std::less<>> events;
    for (const auto& each : reader.texts("events", Need::optional)) {
        if (std::ranges::find(notice_kinds, each.text) != notice_kinds.end()) {
            events.insert(each.text);
            continue;
        }
        std::string known;
        for (const auto kind : notice_kinds) known += (known.empty() ? "" : ", ") + std::string(kind);
        reader.mistakes().add(each.line, each.path, "not a kind of notice; allowed: " + known);
    }
    if (!reader.has_any({"events"})) events.insert(notice_kinds.begin(), notice_kinds.end());
    return events;
}

// A credential is there only when systemd starts the service: it is looked at when it is used.
void check_secret(TableReader& reader, const WebhookSecretPlace& place) {
    if (place.credential) return;
    if (auto secret = read_webhook_secret(place); !secret) reader.mistake("secret", secret.error().message);
}

Webhook read_webhook(TableReader& reader, const std::filesystem::path& folder) {
    Webhook webhook;
    webhook.name = reader.decoded("name", Need::mandatory, decode_name).value_or("");
    const auto address = reader.decoded("url", Need::mandatory, decode_address).value_or(Address{});
    webhook.tls = address.tls;
    webhook.host = address.host;
    webhook.port = address.port;
    webhook.target = address.target;
    if (auto place = reader.decoded("secret", Need::mandatory, decode_place)) {
        if (!place->credential) place->argument = resolve(folder, place->argument).string();
        check_secret(reader, *place);
        webhook.secret = std::move(*place);
    }
    if (const auto ca = reader.text("ca", Need::optional)) {
        webhook.ca = resolve(folder, *ca);
        if (!address.tls) reader.mistake("ca", "plain http shows no certificate; allowed: with https only");
        else if (!std::filesystem::is_regular_file(webhook.ca)) reader.mistake("ca", "there is no such file; allowed: a file of PEM certificates");
    }
    webhook.events = read_events(reader);
    reader.finish();
    return webhook;
}

}  // namespace

std::vector<Webhook> read_webhooks(const std::vector<const toml::table*>& tables, Mistakes& mistakes, const std::filesystem::path& folder) {
    std::vector<Webhook> webhooks;
    for (std::size_t i = 0; i < tables.size(); ++i) {
        TableReader reader(*tables[i], "notify.webhook[" + std::to_string(i) + "]", mistakes);
        auto webhook = read_webhook(reader, folder);
        for (const auto& other : webhooks)
            if (!webhook.name.empty() && other.name == webhook.name) reader.mistake("name", "another webhook has this name; allowed: each name once");
        webhooks.push_back(std::move(webhook));
    }
    return webhooks;
}

}  // namespace seald
