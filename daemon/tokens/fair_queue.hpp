// Who is next, where several callers want the same thing: callers take turns, and each caller's own come in the order they
// were put in. So one with a thousand waiting delays another by one turn, not by a thousand. Bounded for each and in all.
#pragma once
#include <algorithm>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <utility>

namespace seald {

template <class Item>
class FairQueue {
  public:
    FairQueue(std::size_t most_per_caller, std::size_t most) : most_per_caller_(most_per_caller), most_(most) {}

    bool push(const std::string& caller, Item item) {  // false: this caller, or all together, have too many waiting
        auto line = std::ranges::find(lines_, caller, &Line::caller);
        const std::size_t own = line == lines_.end() ? 0 : line->items.size();
        if (own >= most_per_caller_ || size_ >= most_) return false;
        if (line == lines_.end()) line = lines_.insert(lines_.end(), Line{caller, {}});
        line->items.push_back(std::move(item));
        ++size_;
        return true;
    }

    std::optional<Item> pop() {
        if (lines_.empty()) return std::nullopt;
        Line& line = lines_.front();
        std::optional<Item> item(std::move(line.items.front()));
        line.items.pop_front();
        --size_;
        if (line.items.empty())
            lines_.pop_front();
        else
            lines_.splice(lines_.end(), lines_, lines_.begin());  // behind everybody else
        return item;
    }

    void erase(const Item& item) {
        for (auto line = lines_.begin(); line != lines_.end(); ++line) {
            const auto erased = std::erase(line->items, item);
            size_ -= erased;
            if (erased == 0) continue;
            if (line->items.empty()) lines_.erase(line);
            return;
        }
    }

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

  private:
    struct Line {
        std::string caller;
        std::deque<Item> items;  // never empty
    };
    std::size_t most_per_caller_, most_, size_ = 0;
    std::list<Line> lines_;  // the caller whose turn it is is first
};

}  // namespace seald
