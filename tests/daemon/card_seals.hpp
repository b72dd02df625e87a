// Virtual smart cards as the daemon's tokens, and seals whose keys are on them already.
#pragma once
#include <fstream>

#include "tests/daemon/instance.hpp"
#include "tests/support/virtual_cards.hpp"

namespace seald::test {

// A [[token]]; `pin` is its source.
inline std::string card_token(const std::string& name, const VirtualCard& card, const std::string& pin) {
    return "[[token]]\nname = \"" + name + "\"\nmodule = \"" + VirtualCards::module() + "\"\nserial = \"" + card.serial() + "\"\npin = \"" + pin +
           "\"\nsessions = 1\nsign_timeout = \"10s\"\n";
}

// Enrols the card's first key through sealctl and puts the seal in force. The card is unlocked.
inline void enrol_card(Instance& instance, const std::string& seal, const VirtualCard& card) {
    std::ifstream in(card.certificate(1));
    const auto certificate = instance.write_file(seal + ".pem", {std::istreambuf_iterator<char>(in), {}});
    instance.sealctl_json("zhang.wei", {"seal", "enrol", seal, "--kind", "contract", "--title", title_of(seal), "--owner", "Example Ltd", "--key",
                                        "pkcs11:serial=" + card.serial() + ";id=%00%01", "--certificate", certificate.string()});
    instance.sealctl_json("zhang.wei", {"seal", "file", seal, "--number", "1", "--date", "2026-11-24"});
    instance.with_second_person({"seal", "activate", seal, "--reason", "a test"});  // its key was not made here
}

}  // namespace seald::test
