#include "tests/support/virtual_card/card.hpp"

#include <libcacard.h>
#include <vcard_emul.h>
#include <vevent.h>
#include <vreader.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace seald::test {
namespace {

using wire::Bytes;

// ISO 7816-4
constexpr std::uint8_t instruction_verify = 0x20;
constexpr unsigned done = 0x9000, blocked = 0x6983, tries_left = 0x63C0, no_diagnosis = 0x6F00;

Bytes status(unsigned word) { return {static_cast<std::uint8_t>(word >> 8), static_cast<std::uint8_t>(word & 0xff)}; }

// The end of the card identifier that libcacard gives to every card; what OpenSC shows as the serial number.
constexpr std::array<std::uint8_t, 6> everybodys_serial{0x58, 0xBD, 0x00, 0x2C, 0x19, 0xB5};

void give_own_serial(Bytes& response, std::uint8_t number) {
    const auto found = std::ranges::search(response, everybodys_serial);
    if (!found.empty()) *std::prev(found.end()) = number;
}

// libcacard has threads of its own that tell of readers and cards.
VReader* wait_for_reader_and_card() {
    VReader* reader = nullptr;
    for (;;) {
        VEvent* event = vevent_wait_next_vevent();
        if (event == nullptr) throw std::runtime_error("libcacard tells of no card");
        const auto type = event->type;
        if (type == VEVENT_READER_INSERT) reader = vreader_reference(event->reader);
        vevent_delete(event);
        if (type == VEVENT_CARD_INSERT && reader != nullptr) return reader;
    }
}

}  // namespace

Card::Card(const std::string& database, const std::string& certificates, std::uint8_t number, Faults& faults)
    : faults_(faults), number_(number) {
    // soft=(slot, reader's name, card's type, its parameters, certificates)
    const auto text = "db=\"sql:" + database + "\" use_hw=no soft=(,Virtual Reader,CAC,," + certificates + ")";
    VCardEmulOptions* options = vcard_emul_options(text.c_str());
    if (options == nullptr || vcard_emul_init(options) != VCARD_EMUL_OK) {
        throw std::runtime_error("libcacard does not open " + text);
    }
    reader_ = wait_for_reader_and_card();
}

Bytes Card::power_on() {
    power_off();
    Bytes atr(64);
    int size = static_cast<int>(atr.size());
    if (vreader_power_on(reader_, atr.data(), &size) != VREADER_OK) return {};
    atr.resize(static_cast<std::size_t>(size));
    return atr;
}

void Card::power_off() {
    verified_ = false;
    vreader_power_off(reader_);
}

Bytes Card::transmit(const Bytes& apdu) {
    if (const auto word = faults_.take_status_word()) return status(*word);
    if (apdu.size() >= 4 && apdu[1] == instruction_verify) return verify(apdu);
    auto response = ask_libcacard(apdu);
    give_own_serial(response, number_);
    return response;
}

// Without a PIN in it, it asks how many tries are left; a card that has seen the right one says only that it has. A
// wrong one ends that, so where tries are missing it is over.
Bytes Card::verify(const Bytes& apdu) {
    const auto tries = faults_.tries();
    if (tries == 0) return status(blocked);
    if (apdu.size() <= 5) return status(verified_ && tries == Faults::all_tries ? done : tries_left | tries);
    verified_ = ask_libcacard(apdu) == status(done);
    faults_.count_pin(verified_);
    if (verified_) return status(done);
    return status(tries == 1 ? blocked : tries_left | (tries - 1));
}

Bytes Card::ask_libcacard(const Bytes& apdu) const {
    Bytes sent = apdu, response(65536);
    int size = static_cast<int>(response.size());
    if (vreader_xfr_bytes(reader_, sent.data(), static_cast<int>(sent.size()), response.data(), &size) != VREADER_OK) {
        return status(no_diagnosis);
    }
    response.resize(static_cast<std::size_t>(size));
    return response;
}

}  // namespace seald::test
