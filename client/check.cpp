#include "client/check.hpp"

#include <algorithm>
#include <boost/json/object.hpp>

#include "client/table.hpp"

namespace seald {
namespace {

std::string mark(Outcome outcome) {
    switch (outcome) {
        case Outcome::passed:
            return "✔";
        case Outcome::failed:
            return "✘";
        case Outcome::not_checked:
            return "–";
    }
    return "✘";
}

}  // namespace

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::passed:
            return "passed";
        case Outcome::failed:
            return "failed";
        case Outcome::not_checked:
            return "not-checked";
    }
    return "failed";
}

bool any_failed(const std::vector<Check>& checks) {
    return std::any_of(checks.begin(), checks.end(),
                       [](const Check& check) { return check.outcome == Outcome::failed; });
}

std::string describe(const std::vector<Check>& checks) {
    Table table;
    for (const Check& check : checks) table.row({mark(check.outcome), check.name, check.words});
    return table.str();
}

boost::json::array to_json(const std::vector<Check>& checks) {
    boost::json::array list;
    for (const Check& check : checks) {
        list.push_back(boost::json::object{
            {"check", check.name}, {"outcome", to_string(check.outcome)}, {"message", check.words}});
    }
    return list;
}

}  // namespace seald
