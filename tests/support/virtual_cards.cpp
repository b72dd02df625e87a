#include "tests/support/virtual_cards.hpp"

#include <cstdlib>
#include <fstream>

#include "tests/support/shell.hpp"
#include "tests/support/virtual_card/socket.hpp"
#include "tests/support/virtual_card/wire.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;

const fs::path built = SEALD_BUILD_DIR "/tests/support/virtual_card";
const fs::path drivers_of_the_machine = "/usr/lib/pcsc/drivers";

// libcacard uses its database as its own.
ChildProcess::Settings card_settings(const fs::path& folder, const std::string& name, int number) {
    fs::create_directory(folder);
    for (const char* file : {"cert9.db", "key4.db", "pkcs11.txt"})
        fs::copy_file(built / ("card-" + name) / file, folder / file);
    return {.command = {(built / "virtual_card").string(), folder.string(), "seal,spare", std::to_string(number),
                        (folder / "reader.sock").string(), (folder / "control.sock").string()},
            .log = folder / "log"};
}

}  // namespace

VirtualCard::VirtualCard(const fs::path& folder, std::string name, int number)
    : name_(std::move(name)),
      number_(number),
      folder_(folder / name_),
      process_(card_settings(folder_, name_, number_)) {
    process_.wait_until("the card is ready", [&] { return connect_to((folder_ / "control.sock").string()).valid(); });
}

std::string VirtualCard::serial() const { return "000058bd002c190" + std::to_string(number_); }

fs::path VirtualCard::certificate(int number) const {
    return built / ("card-" + name_) / (number == 1 ? "seal.pem" : "spare.pem");
}

int VirtualCard::tries() { return std::stoi(ask("tries?")); }

std::string VirtualCard::reader_configuration() const {
    return "FRIENDLYNAME \"Virtual Reader " + name_ + "\"\nDEVICENAME /dev/null:" + (folder_ / "reader.sock").string() +
           "\nLIBPATH " + (built / "libvirtual_card_reader.so").string() + "\nCHANNELID " + std::to_string(number_) +
           "\n\n";
}

std::string VirtualCard::ask(const std::string& line) {
    const auto socket = connect_to((folder_ / "control.sock").string());
    const auto sent = line + "\n";
    if (!wire::send_all(socket.get(), {reinterpret_cast<const std::uint8_t*>(sent.data()), sent.size()}))
        throw std::runtime_error("virtual card " + name_ + " is gone");
    std::string reply;
    for (char c = 0; ::recv(socket.get(), &c, 1, 0) == 1;) reply += c;
    return reply;
}

void VirtualCard::tell(const std::string& line) {
    if (const auto reply = ask(line); reply != "ok") throw std::runtime_error("virtual card " + name_ + ": " + reply);
}

std::string VirtualCards::module() { return SEALD_OPENSC_PKCS11; }

VirtualCards::VirtualCards() {
    for (const char* part : {"run/pcscd", "readers", "no-drivers"}) fs::create_directories(folder() / part);
    std::ofstream(folder() / "readers" / "virtual") << a.reader_configuration() << b.reader_configuration();
    ::setenv("PCSCLITE_CSOCK_NAME", (folder() / "run" / "pcscd" / "pcscd.comm").c_str(), 1);
    start_pcscd();
}

void VirtualCards::restart_pcscd() {
    pcscd_.reset();
    start_pcscd();
}

// pcscd's socket has a fixed path in /run, which is therefore another folder to it.
void VirtualCards::start_pcscd() {
    ChildProcess::Settings settings{
        .command = {SEALD_PCSCD, "--foreground", "--config", (folder() / "readers").string()},
        .log = folder() / "pcscd.log",
        .mounts = {{folder() / "run", "/run"}}};
    if (fs::exists(drivers_of_the_machine)) settings.mounts.emplace(folder() / "no-drivers", drivers_of_the_machine);
    pcscd_ = std::make_unique<ChildProcess>(settings);
    pcscd_->wait_until("OpenSC sees both cards", [&] {
        const auto tokens = shell("pkcs11-tool --module " + module() + " --list-token-slots || true");
        return tokens.find(a.label()) != std::string::npos && tokens.find(b.label()) != std::string::npos;
    });
}

}  // namespace seald::test
