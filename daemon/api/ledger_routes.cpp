#include <algorithm>
#include <boost/json/array.hpp>

#include "daemon/api/query.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"
#include "daemon/api/views.hpp"
#include "daemon/policy/roles.hpp"
#include "daemon/store/entry_search.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

Result<std::optional<Timestamp>> find_time(const Query& query, std::string_view name) {
    const auto text = query.find_text(name);
    if (!text) return std::optional<Timestamp>();
    auto time = decode_rfc3339(*text);
    if (!time) return malformed("query parameter \"" + std::string(name) + "\" must be a time like 2026-11-23T08:00:00Z");
    return std::optional(*time);
}

// Whoever may not read everything reads what he did himself.
Result<void> limit_to_own(EntryFilter& filter, const Caller& caller) {
    const auto may = require_role_for(Act::read_whole_ledger, caller);
    if (may) return {};
    if (filter.person && *filter.person != caller.id().str()) return may;
    filter.person = caller.id().str();
    return {};
}

Result<EntryFilter> decode_filter(const Query& query, const Caller& caller) {
    if (auto known = query.only({"from", "to", "seal", "person", "application", "kind", "result", "document", "since", "until", "order", "after", "limit"}); !known)
        return known.error();
    auto from = query.find_number("from");
    if (!from) return from.error();
    auto to = query.find_number("to");
    if (!to) return to.error();
    auto after = query.find_number("after");
    if (!after) return after.error();
    auto limit = query.number("limit", 100, 1000);
    if (!limit) return limit.error();
    auto since = find_time(query, "since");
    if (!since) return since.error();
    auto until = find_time(query, "until");
    if (!until) return until.error();
    const auto order = query.find_text("order").value_or("oldest");
    if (order != "oldest" && order != "newest") return malformed("query parameter \"order\" must be oldest or newest");
    EntryFilter filter{.from = from->value_or(0), .to = *to, .seal = query.find_text("seal"), .person = query.find_text("person"),
                       .application = query.find_text("application"), .kind = query.find_text("kind"), .result = query.find_text("result"),
                       .document = query.find_text("document"), .since = *since, .until = *until, .newest_first = order == "newest",
                       .limit = static_cast<unsigned>(*limit)};
    if (*after && filter.newest_first) filter.to = std::min(filter.to.value_or(**after), **after);
    if (*after && !filter.newest_first) filter.from = std::max(filter.from, **after + 1);
    if (auto allowed = limit_to_own(filter, caller); !allowed) return allowed.error();
    return filter;
}

struct Page {
    std::vector<StoredEntry> entries;
    std::uint64_t size = 0;
};

Result<std::uint64_t> ledger_size(Database& database) {
    auto latest = latest_checkpoint(database);
    if (!latest) return latest.error();
    return latest->size;
}

asio::awaitable<Result<HttpResponse>> list(Store& store, Call call) {
    auto filter = decode_filter(Query(call.query), call.caller);
    if (!filter) co_return filter.error();
    std::function<Result<Page>(Database&)> work = [filter = *filter](Database& database) -> Result<Page> {
        auto entries = list_entries(database, filter);
        if (!entries) return entries.error();
        auto size = ledger_size(database);
        if (!size) return size.error();
        return Page{std::move(*entries), *size};
    };
    auto page = co_await store.read(std::move(work));
    if (!page) co_return page.error();
    json::array array;
    for (const auto& entry : page->entries) array.push_back(views::entry(entry));
    json::value next = nullptr;  // a full page may be the last one: then the next is empty
    if (!page->entries.empty() && page->entries.size() == filter->limit) next = page->entries.back().index;
    co_return json_response({{"entries", std::move(array)}, {"next", std::move(next)}, {"size", page->size}});
}

Result<std::uint64_t> decode_index(const Call& call) {
    const Query path(call.path);
    auto index = path.find_number("index");
    if (!index) return malformed("an entry's index is a number");
    return index->value_or(0);
}

// An entry that the caller may see: his own, or any for those who read the whole ledger.
Result<StoredEntry> read_visible(Database& database, std::uint64_t index, const Caller& caller) {
    auto entry = find_entry(database, index);
    if (!entry) return entry.error();
    if (entry->entry.person != caller.id().str())
        if (auto may = require_role_for(Act::read_whole_ledger, caller); !may) return may.error();
    return entry;
}

asio::awaitable<Result<HttpResponse>> show(Store& store, Call call) {
    auto index = decode_index(call);
    if (!index) co_return index.error();
    std::function<Result<StoredEntry>(Database&)> work = [index = *index, caller = call.caller](Database& database) {
        return read_visible(database, index, caller);
    };
    auto entry = co_await store.read(std::move(work));
    if (!entry) co_return entry.error();
    co_return json_response(views::entry(*entry));
}

asio::awaitable<Result<HttpResponse>> prove(Store& store, Call call) {
    auto index = decode_index(call);
    if (!index) co_return index.error();
    std::function<Result<TlogProof>(Database&)> work = [index = *index, caller = call.caller](Database& database) -> Result<TlogProof> {
        if (auto entry = read_visible(database, index, caller); !entry) return entry.error();
        return receipt_for(database, index);
    };
    auto proof = co_await store.read(std::move(work));
    if (!proof) co_return proof.error();
    co_return text_response(proof->encode());
}

struct Consistency {
    std::uint64_t to = 0;
    std::vector<TreeHash> proof;
};

asio::awaitable<Result<HttpResponse>> prove_consistency(Store& store, Call call) {
    const Query query(call.query);
    if (auto known = query.only({"from"}); !known) co_return known.error();
    auto from = query.find_number("from");
    if (!from) co_return from.error();
    if (!*from) co_return malformed("query parameter \"from\" is missing: the size of the earlier checkpoint");
    std::function<Result<Consistency>(Database&)> work = [from = **from](Database& database) -> Result<Consistency> {
        auto size = ledger_size(database);
        if (!size) return size.error();
        auto proof = consistency_since(database, from);
        if (!proof) return proof.error();
        return Consistency{*size, std::move(*proof)};
    };
    auto consistency = co_await store.read(std::move(work));
    if (!consistency) co_return consistency.error();
    json::array proof;
    for (const auto& hash : consistency->proof) proof.push_back(json::string(encode_base64(hash)));
    co_return json_response({{"from", **from}, {"to", consistency->to}, {"proof", std::move(proof)}});
}

}  // namespace

void add_ledger_routes(Router& router, Store& store) {
    router.add("GET", "/v1/ledger/entries", [&](Call call) { return list(store, std::move(call)); });
    router.add("GET", "/v1/ledger/entries/{index}", [&](Call call) { return show(store, std::move(call)); });
    router.add("GET", "/v1/ledger/entries/{index}/proof", [&](Call call) { return prove(store, std::move(call)); });
    router.add("GET", "/v1/ledger/consistency", [&](Call call) { return prove_consistency(store, std::move(call)); });
}

}  // namespace seald
