// Aligned columns for people, by display width, with no colours and no trailing blanks. Every cell is made safe to
// show.
#pragma once
#include <string>
#include <vector>

namespace seald {

class Table {
  public:
    Table() = default;  // without a header: names and values
    explicit Table(std::vector<std::string> header);
    void row(std::vector<std::string> cells);
    bool empty() const { return rows_.size() == (has_header_ ? 1u : 0u); }
    std::string str(std::size_t indent = 0) const;  // one line per row, each ended

  private:
    std::vector<std::vector<std::string>> rows_;
    bool has_header_ = false;
};

}  // namespace seald
