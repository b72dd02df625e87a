// A seal's picture on its way to the daemon: looked at here first, so that a mistake costs nothing.
#pragma once
#include <optional>
#include <string>

#include "client/api_client.hpp"
#include "core/picture.hpp"

namespace seald {

Result<std::optional<Picture>> read_image(const std::string& file);  // none when there is no name
Result<std::optional<Picture>> fetch_image(const ApiClient& api, const std::string& seal);  // none when it has none
// Nothing to do without a picture.
Result<boost::json::value> send_image(const ApiClient& api, const std::string& seal, const std::optional<Picture>& picture);

}  // namespace seald
