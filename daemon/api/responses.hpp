// Results and errors as HTTP: the only place where an error becomes a status.
#pragma once
#include <boost/json/object.hpp>

#include "core/error.hpp"
#include "daemon/api/http.hpp"

namespace seald {

HttpResponse json_response(const boost::json::object& body, int status = 200);
HttpResponse text_response(std::string body);
HttpResponse error_response(const Error& error);

// {"error":{"code","message","rule","missing","retry"}}: what the client gets of an error.
boost::json::object error_body(const Error& error);

}  // namespace seald
