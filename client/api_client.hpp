// The daemon's HTTP API as calls: JSON in, JSON out, and every answer that is not a 2xx turned into the Error it
// carries.
#pragma once
#include <boost/json/value.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "client/transport.hpp"

namespace seald {

class ApiClient {
  public:
    explicit ApiClient(ServerAddress server, std::chrono::milliseconds time_limit = std::chrono::seconds(30));

    Result<boost::json::value> get(const std::string& target) const;
    Result<std::string> get_text(const std::string& target) const;
    Result<boost::json::value> post(const std::string& target, const boost::json::value& body) const;
    // A file's content, in pieces; `progress` hears how many bytes are sent. Only what the file held when it was opened.
    Result<boost::json::value> put_file(const std::string& target, const std::filesystem::path& file,
                                        const std::function<void(std::uint64_t)>& progress) const;
    Result<void> get_pieces(const std::string& target, const std::function<bool(std::string_view)>& take) const;
    ApiClient with_time_limit(std::chrono::milliseconds limit) const { return ApiClient(server_, limit); }

  private:
    Result<std::string> call(HttpRequest request) const;
    ServerAddress server_;
    std::chrono::milliseconds time_limit_;
};

// The error of an answer: from its body where that is understood, otherwise from the status.
Error decode_error_answer(const HttpAnswer& answer);

// One of the objections in an answer that says what stands against a request.
Error decode_objection(const boost::json::value& objection);

// A path segment or query value, percent-encoded (RFC 3986 section 2.1): only unreserved characters stay.
std::string percent_encode(std::string_view text);

}  // namespace seald
