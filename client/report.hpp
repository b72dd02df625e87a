// What a command has to say: one JSON document for programs and the same in words for people. Commands return it; only
// print() writes it, so that `--json` is never mixed with anything else on stdout.
#pragma once
#include <boost/json/value.hpp>
#include <iosfwd>
#include <string>

#include "client/exit_code.hpp"

namespace seald {

struct Report {
    boost::json::value document;
    std::string text;  // lines, each ended
    ExitCode exit = ExitCode::done;
};

// One line, "what happened (rule …); what would help".
std::string describe_error(const Error& error);
// {"error":{…}} as the HTTP API has it.
boost::json::object error_document(const Error& error);

void print(const Report& report, bool json, std::ostream& out);
// With --json the document on `out`, otherwise one line on `err`.
ExitCode print_error(const Error& error, bool json, std::ostream& out, std::ostream& err);

}  // namespace seald
