// What purging old entries would remove, and doing it.
#include "core/json.hpp"
#include "daemon/api/query.hpp"
#include "daemon/api/request_parts.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

Result<Timestamp> decode_before(const std::string& text) {
    auto time = decode_rfc3339(text);
    if (!time) return malformed("\"before\" must be a time like 2021-01-01T00:00:00Z");
    return time;
}

json::object view(const PurgePlan& plan) {
    const auto time = [](const std::optional<Timestamp>& value) { return value ? json::value(to_rfc3339(*value)) : json::value(nullptr); };
    return {{"first", plan.begin}, {"end", plan.end}, {"entries", plan.end - plan.begin}, {"from", time(plan.first)}, {"to", time(plan.last)}, {"held_back", plan.held_back}};
}

asio::awaitable<Result<HttpResponse>> look(PurgeDesk& desk, Call call) {
    const Query query(call.query);
    if (auto known = query.only({"before"}); !known) co_return known.error();
    auto before = decode_before(query.find_text("before").value_or(""));
    if (!before) co_return before.error();
    auto plan = co_await desk.look(std::move(call.caller), *before);
    if (!plan) co_return plan.error();
    co_return json_response(view(*plan));
}

Result<PurgeWish> decode_wish(std::string_view body) {
    const auto object = parse_json_object(body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    const auto time = in.text("before"), reason = in.text("reason");
    const auto end = in.integer("end");
    const auto* exported = in.find_object("export");
    if (auto done = in.finish(); !done) return done.error();
    const auto before = decode_before(time);
    if (!before) return before.error();
    auto clean = decode_text(reason, "reason", requests::max_text_bytes);
    if (!clean) return clean.error();
    PurgeWish wish{.before = *before, .end = static_cast<std::uint64_t>(end), .reason = std::move(*clean), .export_root = {}, .export_size = 0};
    if (exported == nullptr) return wish;
    ObjectReader verified(*exported, "export");
    wish.export_size = static_cast<std::uint64_t>(verified.integer("size"));
    wish.export_root = verified.text("root");
    if (auto done = verified.finish(); !done) return done.error();
    if (wish.export_root.empty() || wish.export_root.size() > 64) return malformed("\"export.root\" must be the base64 of the root of a checkpoint");
    return wish;
}

asio::awaitable<Result<HttpResponse>> purge(PurgeDesk& desk, Call call) {
    auto wish = decode_wish(call.body);
    if (!wish) co_return wish.error();
    auto purged = co_await desk.purge(std::move(call.caller), std::move(*wish));
    if (!purged) co_return purged.error();
    auto document = view(purged->plan);
    document["index"] = purged->index;
    document["removed"] = json::object{{"entries", purged->counts.entries}, {"fields", purged->counts.fields}, {"applications", purged->counts.applications},
                                       {"approvals", purged->counts.approvals}, {"documents", purged->counts.documents}};
    co_return json_response(std::move(document));
}

}  // namespace

void add_purge_routes(Router& router, PurgeDesk& desk) {
    router.add("GET", "/v1/ledger/purge", [&](Call call) { return look(desk, std::move(call)); });
    router.add("POST", "/v1/ledger/purge", [&](Call call) { return purge(desk, std::move(call)); });
}

}  // namespace seald
