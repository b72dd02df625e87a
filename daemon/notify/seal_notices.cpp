#include "daemon/notify/seal_notices.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "core/json.hpp"
#include "daemon/policy/concerned.hpp"
#include "daemon/policy/dual_control.hpp"
#include "daemon/store/act_table.hpp"
#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/notice_table.hpp"
#include "daemon/store/seal_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

constexpr unsigned at_once = 100;

// What an entry of the ledger is told as; empty: not at all.
std::string notice_kind(const std::string& entry_kind) {
    if (entry_kind == "seal-suspend") return "seal-suspended";
    if (entry_kind == "seal-lost" || entry_kind == "seal-destroyed") return entry_kind;
    if (entry_kind == "seal-cancel") return "seal-cancelled";
    if (entry_kind == "seal-activate") return "seal-in-force";
    if (entry_kind == "seal-resume") return "seal-resumed";
    if (entry_kind == "seal-cut-over") return "seal-replaced";
    if (entry_kind == "act-asked") return "act-waiting";
    if (entry_kind == "signature-count") return "signatures-differ";
    return {};
}

struct Told {
    std::string kind, by, reason, act;
    std::uint64_t index;
    std::string certificate;   // a new one's SHA-256
    std::int64_t version = 0;  // and the version of the seal that has it
};

Result<Told> read_told(const StoredEntry& entry) {
    auto body = parse_json_object(entry.entry.body);
    if (!body) return body.error();
    const auto text = [&](const char* field) {
        const auto* value = body->if_contains(field);
        return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
    };
    Told told{notice_kind(entry.entry.kind), entry.entry.person.value_or("seald"), text("reason"), text("act"), entry.index};
    if (told.kind != "seal-replaced") return told;
    told.version = body->at("version").as_int64();
    told.certificate = std::string(body->at("certificate").at("sha256").as_string());
    return told;
}

Result<std::set<PersonId>> who_confirms(Database& database, const Told& told, const Policy& policy, Timestamp now, std::string& act_kind) {
    auto number = ActNumber::decode(told.act);
    if (!number) return number.error();
    auto act = tables::find_act(database, *number);
    if (!act) return act.error();
    if (!*act || (*act)->state_at(now) != DualActState::waiting) return std::set<PersonId>();
    act_kind = to_string((*act)->kind);
    return who_may_confirm(**act, policy);
}

std::string body_of(const Told& told, const Seal& seal, const std::string& act_kind, const std::set<PersonId>& people, const Policy& policy, Timestamp now) {
    const auto by = PersonId::decode(told.by);
    const NoticeFacts facts{.kind = told.kind, .application = {}, .seal = seal.name.str(), .applicant = {}, .purpose = {}, .type = {}, .reason = told.reason, .certificate = told.certificate,
                            .person = by ? policy.name_of(*by) : told.by, .act = told.act, .act_kind = act_kind};
    json::array to, messages;
    for (const auto& id : people) {
        const Language language = policy.language_of(id);
        const std::string name = policy.name_of(id);
        to.push_back(json::string(id.str()));
        messages.push_back(json::object{{"to", id.str()}, {"name", name}, {"language", to_string(language)}, {"text", notice_text(facts, name, language)}});
    }
    json::object body{{"kind", told.kind},        {"to", std::move(to)},   {"seal", seal.name.str()}, {"title", seal.title},  {"state", to_string(seal.state)},
                      {"person", told.by},        {"reason", told.reason}, {"ledger_index", told.index}, {"time", to_rfc3339(now)}, {"messages", std::move(messages)}};
    if (!told.act.empty()) body["act"] = told.act;
    if (told.version != 0) body["version"] = told.version, body["certificate_sha256"] = told.certificate;
    if (!act_kind.empty()) body["act_kind"] = act_kind;
    return json::serialize(body);
}

Result<void> tell(Database& database, const StoredEntry& entry, const Policy& policy, Timestamp now) {
    auto told = read_told(entry);
    if (!told) return told.error();
    auto name = SealName::decode(entry.entry.seal.value_or(""));
    if (!name || told->kind.empty()) return {};
    auto seal = tables::find_seal(database, *name);
    if (!seal) return seal.error();
    if (!*seal) return {};
    std::string act_kind;
    auto people = told->kind == "act-waiting" ? who_confirms(database, *told, policy, now, act_kind)
                                              : Result<std::set<PersonId>>(who_is_concerned(*name, (*seal)->kind, (*seal)->custodian, policy));
    if (!people) return people.error();
    if (told->kind != "act-waiting") people->insert(policy.notices->also.begin(), policy.notices->also.end());
    if (people->empty()) return {};
    const auto channels = channels_for(told->kind, *policy.notices);
    return tables::add_notice(database, {.kind = told->kind, .application = {}, .seal = *name}, body_of(*told, **seal, act_kind, *people, policy, now), channels, now);
}

struct Untold {
    std::vector<StoredEntry> entries;
    std::uint64_t up_to = 0;
};
Result<Untold> find_untold(Database& database) {
    auto from = tables::told_up_to(database);
    if (!from) return from.error();
    auto entries = entries_to_tell(database, *from, at_once);
    if (!entries) return entries.error();
    return Untold{std::move(*entries), *from};
}

Result<bool> write_told(Transaction& transaction, const Policy& policy, Timestamp now) {
    auto untold = find_untold(transaction.database());
    if (!untold) return untold.error();
    for (const auto& entry : untold->entries) {
        if (policy.notices)
            if (auto told = tell(transaction.database(), entry, policy, now); !told) return told.error();
        untold->up_to = entry.index + 1;
    }
    if (auto set = tables::set_told_up_to(transaction.database(), untold->up_to); !set) return set.error();
    return true;
}

}  // namespace

asio::awaitable<Result<void>> SealNotices::tell_due() {
    std::function<Result<bool>(Database&)> look = [](Database& database) -> Result<bool> {
        auto untold = find_untold(database);
        if (!untold) return untold.error();
        return !untold->entries.empty();
    };
    auto any = co_await store_.read(std::move(look));
    if (!any) co_return any.error();
    if (!*any) co_return Result<void>();
    std::function<Result<bool>(Transaction&)> work = [policy = policies_.current(), now = clock_.now()](Transaction& transaction) {
        return write_told(transaction, *policy, now);
    };
    // Also while the disk is full: a stop is told when it happens.
    auto committed = co_await store_.write(std::move(work), WhenFull::record);
    if (!committed) co_return committed.error();
    co_return Result<void>();
}

}  // namespace seald
