// What a test has told the card and its reader to do, as the control thread hears it and the card's thread obeys; and
// the PIN's retry counter, which libcacard does not have.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

namespace seald::test {

class Faults {
  public:
    // One line: remove, insert, unplug, plug, or delay, mute, tries, fail with a number, and fail with how often.
    // False: nobody knows it. What they mean is said where tests give them, in virtual_cards.hpp.
    bool obey(const std::string& line);

    bool plugged();
    void wait_until_plugged();
    bool inserted();
    // A card that went and came back between two looks was missing at the second.
    bool inserted_since_last_look();
    void dawdle();                               // before an APDU; over at once when the card or reader goes
    bool swallows();                             // this APDU
    std::optional<unsigned> take_status_word();  // for this APDU

    static constexpr unsigned all_tries = 3;
    unsigned tries();
    void count_pin(bool right);

  private:
    bool move(const std::string& word);
    bool set(const std::string& word, unsigned number, unsigned times);
    bool in_place() const { return plugged_ && inserted_; }

    std::mutex mutex_;
    std::condition_variable changed_;
    bool plugged_ = true, inserted_ = true, was_out_ = false;
    std::chrono::milliseconds delay_{0};
    unsigned swallow_ = 0, tries_ = all_tries;
    unsigned status_word_ = 0, failures_ = 0;
};

}  // namespace seald::test
