#include "daemon/ledger/refusal.hpp"

#include <boost/json/value_from.hpp>

#include "daemon/ledger/entry_fields.hpp"
#include "daemon/ledger/record.hpp"

namespace seald {

boost::asio::awaitable<Result<std::uint64_t>> record_refusal(Store& store, Caller caller, RefusedRequest request, Error error,
                                                             Timestamp now) {
    namespace json = boost::json;
    json::object fields{{"caller", entry_fields::caller(caller)}, {"act", request.act},         {"request", request.request_id},
                        {"code", to_string(error.code)},          {"message", error.message},   {"result", "refused"}};
    if (!error.rule.empty()) fields["rule"] = error.rule;
    if (!error.missing.empty()) fields["missing"] = json::value_from(error.missing);
    if (!request.policy.empty()) fields["policy"] = request.policy;
    if (request.seal) fields["seal"] = *request.seal;
    if (request.application) fields["application"] = *request.application;
    if (request.documents.size() == 1) fields["document"] = json::object{{"digest", request.documents.front()}};
    if (request.documents.size() > 1) fields["documents"] = json::value_from(request.documents);

    auto entry = Entry::make("refusal", now, fields);
    co_return co_await record_entry(store, std::move(entry), WhenFull::record);
}

}  // namespace seald
