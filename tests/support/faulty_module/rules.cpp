#include "tests/support/faulty_module/rules.hpp"

#include <cstdlib>
#include <fstream>
#include <mutex>
#include <sstream>

namespace seald::test {
namespace {

std::mutex files_mutex;  // the files below are shared by the threads of the process

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

Rule decode(const std::string& line) {
    std::istringstream words(line);
    Rule rule;
    rule.line = line;
    words >> rule.subject >> rule.action;
    for (std::string word; words >> word;) rule.numbers.push_back(std::strtoul(word.c_str(), nullptr, 0));
    return rule;
}

unsigned long count_lines(const std::string& file, const std::string& wanted) {
    std::ifstream in(file);
    unsigned long count = 0;
    for (std::string line; std::getline(in, line);) count += line == wanted;
    return count;
}

}  // namespace

Rules Rules::read() {
    Rules rules;
    std::ifstream file(variable("SEALD_FAULTY_RULES"));
    for (std::string line; std::getline(file, line);) {
        auto rule = decode(line);
        if (rule.subject == "edition") rules.edition_ = rule.action;
        if (!rule.action.empty()) rules.all_.push_back(std::move(rule));
    }
    return rules;
}

std::vector<Rule> Rules::about(std::string_view subject) const {
    std::vector<Rule> found;
    for (const auto& rule : all_) {
        if (rule.subject == subject || rule.subject == "*") found.push_back(rule);
    }
    return found;
}

bool Rules::says(std::string_view subject, std::string_view action) const {
    for (const auto& rule : about(subject)) {
        if (rule.action == action) return true;
    }
    return false;
}

bool Rules::use(const Rule& rule, std::size_t limit_at) const {
    if (limit_at >= rule.numbers.size()) return true;  // no limit
    const std::scoped_lock lock(files_mutex);
    const auto book = variable("SEALD_FAULTY_RULES") + ".used";
    const auto entry = edition_ + " " + rule.line;
    if (count_lines(book, entry) >= rule.number(limit_at)) return false;
    std::ofstream(book, std::ios::app) << entry + "\n";
    return true;
}

void record_call(std::string_view function) {
    const auto book = variable("SEALD_FAULTY_CALLS");
    if (book.empty()) return;
    const std::scoped_lock lock(files_mutex);
    std::ofstream(book, std::ios::app) << std::string(function) + "\n";
}

unsigned long calls_of(std::string_view function) {
    const std::scoped_lock lock(files_mutex);
    return count_lines(variable("SEALD_FAULTY_CALLS"), std::string(function));
}

}  // namespace seald::test
