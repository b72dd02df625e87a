#include "tests/support/virtual_card/faults.hpp"

#include <sstream>
#include <utility>

namespace seald::test {

bool Faults::obey(const std::string& line) {
    std::istringstream words(line);
    std::string word;
    unsigned number = 0, times = 1;
    words >> word;
    const bool numbered = static_cast<bool>(words >> number);
    words >> times;
    const std::scoped_lock lock(mutex_);
    const bool known = numbered ? set(word, number, times) : move(word);
    was_out_ = was_out_ || !in_place();
    changed_.notify_all();
    return known;
}

bool Faults::move(const std::string& word) {
    if (word == "remove" || word == "insert") {
        inserted_ = word == "insert";
    } else if (word == "unplug" || word == "plug") {
        plugged_ = word == "plug";
    } else {
        return false;
    }
    return true;
}

bool Faults::set(const std::string& word, unsigned number, unsigned times) {
    if (word == "delay") {
        delay_ = std::chrono::milliseconds(number);
    } else if (word == "mute") {
        swallow_ = number;
    } else if (word == "fail") {
        status_word_ = number;
        failures_ = times;
    } else if (word == "tries") {
        tries_ = number;
    } else {
        return false;
    }
    return true;
}

bool Faults::plugged() {
    const std::scoped_lock lock(mutex_);
    return plugged_;
}

void Faults::wait_until_plugged() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return plugged_; });
}

bool Faults::inserted() {
    const std::scoped_lock lock(mutex_);
    return inserted_;
}

bool Faults::inserted_since_last_look() {
    const std::scoped_lock lock(mutex_);
    return !std::exchange(was_out_, !in_place()) && in_place();
}

void Faults::dawdle() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, delay_, [&] { return !in_place(); });
}

bool Faults::swallows() {
    const std::scoped_lock lock(mutex_);
    if (swallow_ == 0) return false;
    --swallow_;
    return true;
}

std::optional<unsigned> Faults::take_status_word() {
    const std::scoped_lock lock(mutex_);
    if (failures_ == 0) return std::nullopt;
    --failures_;
    return status_word_;
}

unsigned Faults::tries() {
    const std::scoped_lock lock(mutex_);
    return tries_;
}

void Faults::count_pin(bool right) {
    const std::scoped_lock lock(mutex_);
    if (right) {
        tries_ = all_tries;
    } else if (tries_ > 0) {
        --tries_;
    }
}

}  // namespace seald::test
