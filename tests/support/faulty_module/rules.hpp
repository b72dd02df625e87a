// The rules that a test has written for the faulty module, read anew at every call, and the book of what was called.
// How often a rule with a limit has worked outlives the process, so that "crash 1" is one crash and not one a process.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace seald::test {

struct Rule {
    std::string line, subject, action;
    std::vector<unsigned long> numbers;  // "0x32" and "50" alike

    unsigned long number(std::size_t at) const { return at < numbers.size() ? numbers[at] : 0; }
};

class Rules {
  public:
    static Rules read();
    std::vector<Rule> about(std::string_view subject) const;  // and those about "*", in the file's order
    bool says(std::string_view subject, std::string_view action) const;

    // False when the rule's limit, the number at that place, is used up. Otherwise it is used once more.
    bool use(const Rule& rule, std::size_t limit_at) const;

  private:
    std::vector<Rule> all_;
    std::string edition_;  // a limit counts within one edition of the file
};

void record_call(std::string_view function);
unsigned long calls_of(std::string_view function);  // by all processes

}  // namespace seald::test
