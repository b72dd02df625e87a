// The picture of a seal.
#include "daemon/api/request_parts.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"
#include "daemon/api/views.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;

asio::awaitable<Result<HttpResponse>> set(PictureDesk& desk, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto text = requests::only_text(call.body, "content");
    if (!text) co_return text.error();
    auto content = decode_base64(*text);
    if (!content) co_return malformed("field \"content\" must be the picture in base64");
    auto row = co_await desk.set(std::move(call.caller), *name, std::move(*content));
    if (!row) co_return row.error();
    co_return json_response(views::picture(*row));
}

asio::awaitable<Result<HttpResponse>> show(PictureDesk& desk, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto row = co_await desk.find(*name);
    if (!row) co_return row.error();
    if (!*row) co_return not_found("seal " + name->str() + " has no picture");
    HttpResponse response;
    response.content_type = (*row)->picture.media_type;
    response.body.assign((*row)->picture.content.begin(), (*row)->picture.content.end());
    co_return response;
}

}  // namespace

void add_picture_routes(Router& router, PictureDesk& desk) {
    router.add("GET", "/v1/seals/{name}/picture", [&](Call call) { return show(desk, std::move(call)); });
    router.add("POST", "/v1/seals/{name}/picture", [&](Call call) { return set(desk, std::move(call)); });
}

}  // namespace seald
