#include "daemon/listening.hpp"

#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>

#include <algorithm>

namespace seald {
namespace {

Result<std::vector<Listener>> adopt_listeners(int count) {
    std::vector<Listener> listeners;
    for (int i = 0; i < count; ++i) {
        auto listener = Listener::adopt(SD_LISTEN_FDS_START + i);
        if (!listener) return listener.error();
        listeners.push_back(std::move(*listener));
    }
    return listeners;
}

Result<std::vector<Listener>> open_listeners(const Configuration& configuration) {
    std::vector<Listener> listeners;
    auto local = Listener::open(configuration.socket.string());
    if (!local) return local.error();
    listeners.push_back(std::move(*local));
    if (configuration.tls) {
        auto remote = Listener::open_tcp(configuration.tls->address);
        if (!remote) return remote.error();
        listeners.push_back(std::move(*remote));
    }
    return listeners;
}

}  // namespace

// systemd's sockets, where it hands over any: then the addresses in the configuration are for clients to read.
Result<std::vector<Listener>> find_listeners(const Configuration& configuration) {
    const int handed_over = sd_listen_fds(0);
    auto listeners = handed_over > 0 ? adopt_listeners(handed_over) : open_listeners(configuration);
    if (!listeners) return listeners;
    const auto is_tcp = [](const Listener& listener) { return listener.kind() == Listener::Kind::tcp; };
    const bool tcp = std::ranges::any_of(*listeners, is_tcp);
    if (tcp && !configuration.tls)
        return unavailable("systemd hands over a TCP socket, but the configuration has no [listen.tls]", false);
    if (!tcp && configuration.tls)
        return unavailable("the configuration has [listen.tls], but systemd hands over no TCP socket: systemctl enable --now seald-tls.socket", false);
    for (const auto& listener : *listeners)
        if (is_tcp(listener)) spdlog::info("serving TLS at port {}", listener.port());
    return listeners;
}

TlsFiles files_of(const TlsConfiguration& tls, std::shared_ptr<HeldKey> held_key) {
    return {tls.certificate, tls.key, tls.client_ca, tls.crl, std::move(held_key)};
}

Result<std::unique_ptr<TlsContext>> load_tls(const Configuration& configuration) {
    if (!configuration.tls) return std::unique_ptr<TlsContext>();
    const auto held_key = configuration.tls->key_token ? std::make_shared<HeldKey>() : nullptr;
    auto context = TlsContext::load(files_of(*configuration.tls, held_key));
    if (!context) return context.error();
    return std::make_unique<TlsContext>(std::move(*context));
}

}  // namespace seald
