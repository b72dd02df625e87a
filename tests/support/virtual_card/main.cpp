// virtual_card DATABASE CERTIFICATES NUMBER READER-SOCKET CONTROL-SOCKET: a card in a reader. The reader driver in
// pcscd talks to the first socket, which is there while the reader is plugged in. A test talks to the second, which is
// there once the card is ready: one line a connection, answered with one.
#include <poll.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

#include "tests/support/virtual_card/card.hpp"
#include "tests/support/virtual_card/socket.hpp"

namespace {

using namespace seald::test;

// False when the reader was unplugged meanwhile.
bool wait_readable(const Socket& socket, Faults& faults) {
    pollfd wanted{socket.get(), POLLIN, 0};
    while (faults.plugged()) {
        if (::poll(&wanted, 1, 20) > 0) return true;
    }
    return false;
}

// Nothing: the card swallows the question.
std::optional<wire::Bytes> answer(Card& card, Faults& faults, wire::Kind kind, const wire::Bytes& payload) {
    switch (kind) {
        case wire::Kind::power_on:
            return faults.inserted() ? card.power_on() : wire::Bytes();
        case wire::Kind::power_off:
            card.power_off();
            return wire::Bytes();
        case wire::Kind::presence:
            return wire::Bytes(1, faults.inserted_since_last_look() ? 1 : 0);
        case wire::Kind::transmit:
            if (faults.swallows()) return std::nullopt;
            faults.dawdle();
            return faults.inserted() ? card.transmit(payload) : wire::Bytes();
    }
    throw std::runtime_error("the reader driver asks what nobody knows");
}

void serve(const Socket& driver, Card& card, Faults& faults) {
    while (wait_readable(driver, faults)) {
        std::uint8_t kind = 0;
        if (!wire::receive_all(driver.get(), {&kind, 1})) return;
        const auto payload = wire::receive_counted(driver.get());
        if (!payload) return;
        const auto response = answer(card, faults, static_cast<wire::Kind>(kind), *payload);
        if (!faults.plugged() || (response && !wire::send_counted(driver.get(), {}, *response))) return;
    }
}

void be_plugged_in(const std::string& path, Card& card, Faults& faults) {
    const auto listener = listen_at(path);
    while (wait_readable(listener, faults)) {
        const Socket driver(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (driver.valid()) serve(driver, card, faults);
        card.power_off();
    }
    std::filesystem::remove(path);
}

void obey_test(const Socket& test, Faults& faults) {
    std::string line;
    for (char c = 0; ::recv(test.get(), &c, 1, 0) == 1 && c != '\n';) line += c;
    std::string reply = line == "tries?"    ? std::to_string(faults.tries())
                        : faults.obey(line) ? "ok"
                                            : "nobody knows: " + line;
    wire::send_all(test.get(), {reinterpret_cast<const std::uint8_t*>(reply.data()), reply.size()});
}

void obey_tests(const std::string& path, Faults& faults) {
    const auto listener = listen_at(path);
    for (;;) {
        const Socket test(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (test.valid()) obey_test(test, faults);
    }
}

int run(char** arguments) {
    Faults faults;
    Card card(arguments[1], arguments[2], static_cast<std::uint8_t>(std::atoi(arguments[3])), faults);
    std::thread([path = std::string(arguments[5]), &faults] { obey_tests(path, faults); }).detach();
    for (;;) {
        faults.wait_until_plugged();
        be_plugged_in(arguments[4], card, faults);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) {
        std::fprintf(stderr, "usage: virtual_card DATABASE CERTIFICATES NUMBER READER-SOCKET CONTROL-SOCKET\n");
        return 2;
    }
    try {
        return run(argv);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "virtual_card: %s\n", e.what());
        return 1;
    }
}
