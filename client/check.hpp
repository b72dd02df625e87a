// One thing that was looked at during a verification, and what came of it. "Not checked" is never counted as good.
#pragma once
#include <boost/json/array.hpp>
#include <string>
#include <vector>

namespace seald {

enum class Outcome { passed, failed, not_checked };
std::string_view to_string(Outcome outcome);  // "passed" "failed" "not-checked"

struct Check {
    std::string name;  // "signature"
    Outcome outcome;
    std::string words;  // what was found
};

bool any_failed(const std::vector<Check>& checks);
std::string describe(const std::vector<Check>& checks);  // "✔ signature  …", one line each
boost::json::array to_json(const std::vector<Check>& checks);

}  // namespace seald
