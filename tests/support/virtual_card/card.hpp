// A smart card: libcacard's Common Access Card, with keys and certificates from an NSS database, given what real cards
// have and it lacks: a PIN that locks after three wrong tries, and a serial number of its own. One a process.
#pragma once
#include <memory>
#include <string>

#include "tests/support/virtual_card/faults.hpp"
#include "tests/support/virtual_card/wire.hpp"

struct VReaderStruct;

namespace seald::test {

class Card {
  public:
    // `certificates`: their nicknames in the database, with commas. `number` ends the serial number.
    Card(const std::string& database, const std::string& certificates, std::uint8_t number, Faults& faults);

    wire::Bytes power_on();  // the ATR
    void power_off();
    wire::Bytes transmit(const wire::Bytes& apdu);

  private:
    wire::Bytes verify(const wire::Bytes& apdu);
    wire::Bytes ask_libcacard(const wire::Bytes& apdu) const;

    Faults& faults_;
    const std::uint8_t number_;
    VReaderStruct* reader_ = nullptr;  // libcacard's, for as long as the process lives
    bool verified_ = false;
};

}  // namespace seald::test
