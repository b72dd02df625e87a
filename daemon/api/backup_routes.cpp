#include "core/decimal.hpp"
#include "daemon/api/requests.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;

asio::awaitable<Result<HttpResponse>> begin_backup(BackupDesk& desk, Call call) {
    if (auto nothing = requests::decode_nothing(call.body); !nothing) co_return nothing.error();
    auto begun = co_await desk.begin(std::move(call.caller));
    if (!begun) co_return begun.error();
    co_return json_response({{"id", begun->id}, {"entries", begun->entries}, {"made_at", to_rfc3339(begun->made_at)}}, 201);
}

asio::awaitable<Result<HttpResponse>> give_part(BackupDesk& desk, Call call) {
    const auto position = decode_decimal(call.path.at("number"));
    if (!position) co_return malformed("a part's number is a whole number from 0 on");
    auto part = co_await desk.part(std::move(call.caller), call.path.at("id"), *position);
    if (!part) co_return part.error();
    HttpResponse response;
    response.content_type = "application/octet-stream";
    response.body = std::move(*part);
    co_return response;
}

asio::awaitable<Result<HttpResponse>> finish_backup(BackupDesk& desk, Call call) {
    if (auto nothing = requests::decode_nothing(call.body); !nothing) co_return nothing.error();
    auto finished = co_await desk.finish(std::move(call.caller), call.path.at("id"));
    if (!finished) co_return finished.error();
    co_return json_response({{"manifest", finished->manifest}, {"manifest_digest", finished->manifest_digest}, {"ledger_index", finished->ledger_index}});
}

asio::awaitable<Result<HttpResponse>> record_drill(BackupDesk& desk, Call call) {
    auto drill = requests::decode_backup_drill(call.body);
    if (!drill) co_return drill.error();
    auto index = co_await desk.record_drill(std::move(call.caller), std::move(*drill));
    if (!index) co_return index.error();
    co_return json_response({{"ledger_index", *index}}, 201);
}

}  // namespace

void add_backup_routes(Router& router, BackupDesk& desk) {
    router.add("POST", "/v1/backups", [&desk](Call call) { return begin_backup(desk, std::move(call)); });
    router.add("GET", "/v1/backups/{id}/parts/{number}", [&desk](Call call) { return give_part(desk, std::move(call)); });
    router.add("POST", "/v1/backups/{id}/finish", [&desk](Call call) { return finish_backup(desk, std::move(call)); });
    router.add("POST", "/v1/backup-drills", [&desk](Call call) { return record_drill(desk, std::move(call)); });
}

}  // namespace seald
