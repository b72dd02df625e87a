#include "daemon/seals/status_lister.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "core/status_list.hpp"
#include "daemon/store/ledger_key_file.hpp"
#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/seal_table.hpp"
#include "daemon/store/state_since.hpp"
#include "daemon/store/version_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;
using namespace std::chrono_literals;

// In the words of RFC 5280 section 5.3.1, which readers of revocation lists know.
std::string_view reason_class(SealState state) {
    switch (state) {
        case SealState::suspended:
            return "certificateHold";
        case SealState::lost:
            return "keyCompromise";
        case SealState::cancelled:
        case SealState::destroyed:
            return "cessationOfOperation";
        case SealState::made:
        case SealState::filed:
        case SealState::in_force:
            return "";
    }
    return "";
}

json::value word_or_null(std::string_view word) { return word.empty() ? json::value(nullptr) : json::value(word); }

json::value certificate_of(const Certificate* certificate) {
    if (certificate == nullptr) return nullptr;
    return json::object{{"serial", certificate->serial_hex()},
                        {"sha256", certificate->fingerprint().hex()},
                        {"not_before", to_rfc3339(certificate->not_before())},
                        {"not_after", to_rfc3339(certificate->not_after())}};
}

json::object version_of(const SealVersion& version) {
    return {{"version", version.number},
            {"state", to_string(version.state)},
            {"certificate", certificate_of(version.certificates.empty() ? nullptr : &version.certificates.front())},
            {"from", to_rfc3339(*version.used_from)},
            {"until", to_rfc3339(version.since)},
            {"reason", "superseded"}};
}

// Those whose keys were in use once; what waits has sealed nothing.
Result<json::array> versions_of(Database& database, const Seal& seal) {
    auto others = tables::list_versions(database, seal.name);
    if (!others) return others.error();
    json::array list;
    for (const auto& each : *others)
        if (each.state == VersionState::replaced) list.push_back(version_of(each));
    list.push_back(json::object{{"version", seal.version},
                                {"state", "in-use"},
                                {"certificate", certificate_of(seal.certificate ? &*seal.certificate : nullptr)},
                                {"from", to_rfc3339(seal.version_from)},
                                {"until", nullptr},
                                {"reason", word_or_null(reason_class(seal.state))}});
    return list;
}

Result<json::object> status_of(Database& database, const Seal& seal, const std::map<SealName, StateSince>& states) {
    const auto since = states.find(seal.name);
    const bool known = since != states.end();
    auto versions = versions_of(database, seal);
    if (!versions) return versions.error();
    return json::object{{"name", seal.name.str()},
                        {"number", word_or_null(seal.number)},
                        {"kind", to_string(seal.kind)},
                        {"title", seal.title},
                        {"owner", seal.owner},
                        {"state", to_string(seal.state)},
                        {"since", known ? json::value(to_rfc3339(since->second.time)) : json::value(nullptr)},
                        {"ledger_index", known ? json::value(since->second.ledger_index) : json::value(nullptr)},
                        {"reason", word_or_null(reason_class(seal.state))},
                        {"versions", std::move(*versions)}};
}

struct Content {
    json::array seals;
    std::uint64_t size = 0;  // of the ledger
};

Result<Content> read_content(Database& database) {
    auto checkpoint = latest_checkpoint(database);
    if (!checkpoint) return checkpoint.error();
    auto seals = tables::list_seals(database);
    if (!seals) return seals.error();
    auto states = find_states_since(database);
    if (!states) return states.error();
    Content content{{}, checkpoint->size};
    for (const auto& seal : *seals) {
        auto status = status_of(database, seal, *states);
        if (!status) return status.error();
        content.seals.push_back(std::move(*status));
    }
    return content;
}

Result<std::uint64_t> read_size(Database& database) {
    auto checkpoint = latest_checkpoint(database);
    if (!checkpoint) return checkpoint.error();
    return checkpoint->size;
}

}  // namespace

// It may be changed while the daemon runs.
Result<PrivateKey> StatusLister::load_key() const {
    auto key = PrivateKey::load_pem(ledger_key_file(state_dir_));
    if (!key) return key.error();
    const auto in_force = public_key_of(store_.ledger_keys()->current());
    if (!in_force) return in_force.error();
    if (key->public_key() == *in_force) return key;
    return unavailable("the ledger's key is being changed: try again", true);
}

asio::awaitable<Result<std::string>> StatusLister::current() {
    std::function<Result<std::uint64_t>(Database&)> measure = read_size;
    auto size = co_await store_.read(std::move(measure));
    if (!size) co_return size.error();
    if (*size == latest_size_ && clock_.now() < latest_at_ + 1min) co_return latest_;
    std::function<Result<Content>(Database&)> work = read_content;
    auto content = co_await store_.read(std::move(work));
    if (!content) co_return content.error();
    const Timestamp now = clock_.now();
    const json::object claims{{"iss", daemon_id_},
                              {"iat", to_unix(now)},
                              {"exp", to_unix(now + status_list_lasts)},
                              {"ledger_size", content->size},
                              {"seals", std::move(content->seals)}};
    const auto key = load_key();
    if (!key) co_return key.error();
    auto jws = sign_jws(json::serialize(claims), status_list_typ, *key);
    if (!jws) co_return jws.error();
    latest_ = *jws;
    latest_size_ = content->size;
    latest_at_ = now;
    co_return std::move(*jws);
}

}  // namespace seald
