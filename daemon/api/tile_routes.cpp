// The ledger as C2SP tlog-tiles has it, below the prefix /v1/ledger: checkpoint, tiles of hashes, bundles of entries.
#include "core/tile_path.hpp"
#include "daemon/api/query.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"
#include "daemon/policy/roles.hpp"
#include "daemon/store/ledger_reader.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;

HttpResponse bytes_response(const Bytes& bytes) {
    return {.status = 200, .content_type = "application/octet-stream", .body = std::string(as_text(bytes)), .retry_after = {}};
}

// The latest, or the one that most witnesses cosigned; with the cosignatures that it has.
asio::awaitable<Result<HttpResponse>> show_checkpoint(Store& store, Call call) {
    const Query query(call.query);
    if (auto known = query.only({"witnessed"}); !known) co_return known.error();
    const auto witnessed = query.find_text("witnessed").value_or("false");
    if (witnessed != "true" && witnessed != "false") co_return malformed("query parameter \"witnessed\" must be true or false");
    std::function<Result<StoredCheckpoint>(Database&)> work = [best = witnessed == "true"](Database& database) -> Result<StoredCheckpoint> {
        if (best) return witnessed_checkpoint(database, 0);
        auto latest = latest_checkpoint(database);
        if (!latest) return latest.error();
        return with_cosignatures(database, std::move(*latest));
    };
    auto checkpoint = co_await store.read(std::move(work));
    if (!checkpoint) co_return checkpoint.error();
    co_return text_response(checkpoint->note);
}

Result<Bytes> read_tile(Database& database, const TilePath& path) {
    if (path.content == TilePath::Content::entries) return entry_bundle(database, path.index, path.width);
    return tile_bytes(database, path.level, path.index, path.width);
}

// Hashes tell nothing; entries are for those who read the whole ledger.
asio::awaitable<Result<HttpResponse>> show_tile(Store& store, Call call) {
    auto path = TilePath::decode("tile/" + call.path.at("path"));
    if (!path) co_return not_found("there is no such tile: " + path.error().message);
    if (path->index > INT64_MAX / tile_width) co_return not_found("the ledger does not reach that far");
    if (path->content == TilePath::Content::entries)
        if (auto may = require_role_for(Act::read_whole_ledger, call.caller); !may) co_return may.error();
    std::function<Result<Bytes>(Database&)> work = [path = *path](Database& database) { return read_tile(database, path); };
    auto bytes = co_await store.read(std::move(work));
    if (!bytes) co_return bytes.error();
    co_return bytes_response(*bytes);
}

asio::awaitable<Result<HttpResponse>> show_detached(Store& store, Call call) {
    if (auto may = require_role_for(Act::read_whole_ledger, call.caller); !may) co_return may.error();
    std::function<Result<std::string>(Database&)> work = [digest = call.path.at("digest")](Database& database) {
        return detached_field(database, digest);
    };
    auto content = co_await store.read(std::move(work));
    if (!content) co_return content.error();
    HttpResponse response;
    response.body = std::move(*content);
    co_return response;
}

}  // namespace

void add_tile_routes(Router& router, Store& store) {
    router.add("GET", "/v1/ledger/checkpoint", [&](Call call) { return show_checkpoint(store, std::move(call)); });
    router.add("GET", "/v1/ledger/tile/{path...}", [&](Call call) { return show_tile(store, std::move(call)); });
    router.add("GET", "/v1/ledger/detached/{digest}", [&](Call call) { return show_detached(store, std::move(call)); });
}

}  // namespace seald
