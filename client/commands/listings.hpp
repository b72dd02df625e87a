// Tokens and seals as tables and as single views, for more than one command.
#pragma once
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <string>

namespace seald {

std::string token_listing(const boost::json::array& tokens);
std::string describe_token(const boost::json::value& token);
std::string describe_profile(const boost::json::value& probed);  // what `token probe` found
std::string signature_count_listing(const boost::json::array& keys);  // what `token reconcile` found
std::string seal_listing(const boost::json::array& seals);
std::string describe_seal(const boost::json::value& seal);
std::string describe_version(const boost::json::value& version);  // of a seal's key

}  // namespace seald
