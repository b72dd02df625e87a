// An auditor's signature under a report: which file he has read, for which period, and what he has to say.
#include "core/digest.hpp"
#include "core/json.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"
#include "daemon/ledger/entry_fields.hpp"
#include "daemon/ledger/record.hpp"
#include "daemon/policy/roles.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::size_t max_period = 64, max_remarks = 4000;  // bytes

Result<json::object> decode_sign_off(const std::string& body) {
    const auto object = parse_json_object(body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    const auto sha256 = in.text("report_sha256");
    const auto period = in.text("period");
    const auto remarks = in.find_text("remarks");
    if (auto done = in.finish(); !done) return done.error();
    const auto digest = Digest::decode("sha256", sha256);
    if (!digest) return digest.error();
    const auto shown_period = decode_text(period, "period", max_period);
    if (!shown_period) return shown_period.error();
    json::object fields{{"report_sha256", digest->hex()}, {"period", *shown_period}};
    if (!remarks || remarks->empty()) return fields;
    const auto shown_remarks = decode_text(*remarks, "remarks", max_remarks);
    if (!shown_remarks) return shown_remarks.error();
    fields["remarks"] = *shown_remarks;
    return fields;
}

asio::awaitable<Result<HttpResponse>> sign_off(Store& store, const Clock& clock, Call call) {
    if (auto may = require_role_for(Act::sign_off_audit, call.caller); !may) co_return may.error();
    auto fields = decode_sign_off(call.body);
    if (!fields) co_return fields.error();
    (*fields)["caller"] = entry_fields::caller(call.caller);
    auto entry = Entry::make("audit-sign-off", clock.now(), *fields);
    auto index = co_await record_entry(store, std::move(entry));
    if (!index) co_return index.error();
    co_return json_response({{"ledger_index", *index}}, 201);
}

}  // namespace

void add_audit_routes(Router& router, Store& store, const Clock& clock) {
    router.add("POST", "/v1/ledger/sign-offs", [&](Call call) { return sign_off(store, clock, std::move(call)); });
}

}  // namespace seald
