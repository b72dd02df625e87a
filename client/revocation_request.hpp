// What is asked of whoever issued a seal's certificate when the seal is lost or cancelled: a text to send, ready-made.
#pragma once
#include <boost/json/value.hpp>
#include <string>

namespace seald {

// `seal`: as the daemon tells it. Lines, each ended and indented; words instead where there is nothing to revoke.
std::string revocation_request(const boost::json::value& seal);

}  // namespace seald
