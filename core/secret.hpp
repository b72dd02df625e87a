// A PIN or passphrase in memory: locked against swapping where the limit allows it, wiped when it goes, never copied,
// and impossible to format or compare by accident.
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "core/encoding.hpp"

namespace seald {

class Secret {
  public:
    Secret() = default;
    explicit Secret(std::vector<char> content);  // takes the vector's own memory; nothing is left behind
    Secret(Secret&&) noexcept = default;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    bool empty() const { return content_.empty(); }
    std::size_t size() const { return content_.size(); }
    std::span<const char> reveal() const { return content_; }  // named so that each use is easy to find

  private:
    void wipe() noexcept;
    std::vector<char> content_;
};

}  // namespace seald
