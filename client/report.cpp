#include "client/report.hpp"

#include <boost/json/serialize.hpp>
#include <ostream>

#include "client/display_text.hpp"

namespace seald {

std::string describe_error(const Error& error) {
    std::string line = error.message.empty() ? std::string(to_string(error.code)) : error.message;
    if (!error.rule.empty()) line += " (rule " + error.rule + ")";
    std::string separator = "; missing: ";
    for (const std::string& missing : error.missing) {
        line += separator + missing;
        separator = ", ";
    }
    if (error.retry) line += "; trying again may help";
    return printable(line);
}

boost::json::object error_document(const Error& error) {
    boost::json::object body;
    body["code"] = to_string(error.code);
    body["message"] = error.message;
    body["rule"] = error.rule.empty() ? boost::json::value(nullptr) : boost::json::value(error.rule);
    body["missing"] = boost::json::array(error.missing.begin(), error.missing.end());
    body["retry"] = error.retry;
    boost::json::object document;
    document["error"] = std::move(body);
    return document;
}

void print(const Report& report, bool json, std::ostream& out) {
    if (json) {
        out << boost::json::serialize(report.document) << '\n';
    } else {
        out << report.text;
    }
    out.flush();
}

ExitCode print_error(const Error& error, bool json, std::ostream& out, std::ostream& err) {
    if (json) {
        out << boost::json::serialize(error_document(error)) << std::endl;
    } else {
        err << "sealctl: " << describe_error(error) << std::endl;
    }
    return exit_code(error.code);
}

}  // namespace seald
