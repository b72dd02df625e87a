#include "client/seal_image.hpp"

#include "client/user_files.hpp"

namespace seald {
namespace {

Result<std::optional<Picture>> look_at(const std::string& content) {
    const auto bytes = as_bytes(content);
    auto picture = Picture::look_at(Bytes(bytes.begin(), bytes.end()));
    if (!picture) return picture.error();
    return std::optional(std::move(*picture));
}

}  // namespace


Result<std::optional<Picture>> read_image(const std::string& file) {
    if (file.empty()) return std::optional<Picture>();
    const auto content = read_file(file, max_picture_bytes);
    if (!content) return content.error();
    return look_at(*content);
}

Result<std::optional<Picture>> fetch_image(const ApiClient& api, const std::string& seal) {
    const auto content = api.get_text("/v1/seals/" + percent_encode(seal) + "/picture");
    if (!content && content.error().code == ErrorCode::not_found) return std::optional<Picture>();
    if (!content) return content.error();
    return look_at(*content);
}

Result<boost::json::value> send_image(const ApiClient& api, const std::string& seal, const std::optional<Picture>& picture) {
    if (!picture) return boost::json::value(nullptr);
    return api.post("/v1/seals/" + percent_encode(seal) + "/picture", boost::json::object{{"content", encode_base64(picture->content)}});
}

}  // namespace seald
