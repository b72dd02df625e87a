// Two smart cards in two readers, real as far as OpenSC and pcscd can tell: PINs that lock, removal, slow and silent
// cards. pcscd runs in a mount namespace of its own, so neither the machine's pcscd nor another test's is in the way,
// and no reader of the machine is touched. Sets PCSCLITE_CSOCK_NAME for this process and all it starts, so one at a
// time. The cards hold two RSA-2048 keys each, and no more can be made on them.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/child_process.hpp"
#include "tests/support/temporary_folder.hpp"

namespace seald::test {

class VirtualCard {
  public:
    VirtualCard(const std::filesystem::path& folder, std::string name, int number);

    std::string label() const { return "Virtual Card " + name_ + " seal"; }
    std::string serial() const;  // as the token shows it
    static std::string pin() { return "123456"; }
    // The keys are numbered from 1; id and certificate (PEM) of each.
    static std::vector<std::uint8_t> key_id(std::uint8_t number) { return {0, number}; }
    std::filesystem::path certificate(int number) const;

    // The card out of its reader and back, the reader out of the machine and back. Whatever is under way fails. pcscd
    // notices within half a second.
    void remove() { tell("remove"); }
    void insert() { tell("insert"); }
    void unplug() { tell("unplug"); }
    void plug() { tell("plug"); }

    // Each exchange with the card takes so much longer; a signature has some five of them.
    void delay(std::chrono::milliseconds time) { tell("delay " + std::to_string(time.count())); }
    // The next so many exchanges are not answered: each stands still until the reader gives up, after ten seconds.
    void mute(unsigned exchanges) { tell("mute " + std::to_string(exchanges)); }
    // The next so many exchanges are answered with this status word (ISO 7816), e.g. 0x6F00.
    void fail(unsigned status_word, unsigned exchanges) {
        tell("fail " + std::to_string(status_word) + " " + std::to_string(exchanges));
    }
    // PIN tries left: three, and again after each right PIN; none is a locked PIN.
    void set_tries(unsigned tries) { tell("tries " + std::to_string(tries)); }
    int tries();

    std::string reader_configuration() const;  // for pcscd

  private:
    std::string ask(const std::string& line);
    void tell(const std::string& line);

    const std::string name_;
    const int number_;
    const std::filesystem::path folder_;
    ChildProcess process_;
};

class VirtualCards {
    TemporaryFolder folder_{"seald-cards"};

  public:
    VirtualCards();

    static std::string module();
    const std::filesystem::path& folder() const { return folder_.path(); }
    // As an upgrade of its package does.
    void restart_pcscd();

    VirtualCard a{folder(), "a", 1}, b{folder(), "b", 2};

  private:
    void start_pcscd();

    std::unique_ptr<ChildProcess> pcscd_;
};

}  // namespace seald::test
