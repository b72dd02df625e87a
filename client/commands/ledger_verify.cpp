#include "client/commands/ledger_verify.hpp"

#include <array>
#include <boost/json/object.hpp>

#include "client/answer_reader.hpp"
#include "client/commands/ledger_verdict.hpp"
#include "client/recorded_signatures.hpp"
#include "core/detached_field.hpp"
#include "core/json.hpp"
#include "core/tile_path.hpp"

namespace seald {
namespace {

constexpr unsigned page_size = 500;

// The tree covers only the digest of what is kept beside an entry.
Result<void> check_detached(const ApiClient& api, std::int64_t index, const boost::json::value& entry) {
    if (!entry.is_object()) return {};
    for (const auto& digest : detached_digests(entry.get_object())) {
        const auto content = api.get_text("/v1/ledger/detached/" + digest);
        if (!content && content.error().code != ErrorCode::not_found) return content.error();
        if (!content || detached_digest(*content) != digest)
            return verification_failed("what is kept beside entry " + std::to_string(index) + " is missing or changed: " + digest);
    }
    return {};
}

// The readable form must say what the bytes say: people read the one, the tree covers the other.
Result<LedgerEntry> decode_entry(const ApiClient& api, const boost::json::value& answer) {
    AnswerReader in(answer);
    const std::int64_t index = in.integer("index");
    const std::string raw = in.text("raw");
    const auto* shown = in.find_object("entry");
    if (auto understood = in.finish(); !understood) return understood.error();
    auto bytes = decode_base64(raw);
    if (!bytes) return bytes.error();
    const auto parsed = parse_json(as_text(*bytes));
    if (parsed && (shown == nullptr || *shown != *parsed)) {
        return verification_failed("entry " + std::to_string(index) + " is shown otherwise than it is recorded");
    }
    if (parsed)
        if (auto kept = check_detached(api, index, *parsed); !kept) return kept.error();
    return LedgerEntry{static_cast<std::uint64_t>(index), std::move(*bytes)};
}

class DaemonsLedger final : public LedgerSource {
  public:
    explicit DaemonsLedger(const ApiClient& api) : api_(api) {}

    Result<std::vector<LedgerEntry>> entries(std::uint64_t from) override {
        const auto answer =
            api_.get("/v1/ledger/entries?from=" + std::to_string(from) + "&limit=" + std::to_string(page_size));
        if (!answer) return answer.error();
        AnswerReader in(*answer);
        std::vector<LedgerEntry> page;
        for (const auto& item : in.list("entries")) {
            auto entry = decode_entry(api_, item);
            if (!entry) return entry.error();
            page.push_back(std::move(*entry));
        }
        if (auto understood = in.finish(); !understood) return understood.error();
        return page;
    }

    Result<std::string> proof(std::uint64_t index) override {
        return api_.get_text("/v1/ledger/entries/" + std::to_string(index) + "/proof");
    }

    Result<Tile> leaves(std::uint64_t bundle) override {
        const auto bytes = api_.get_text("/v1/ledger/" + TilePath{.index = bundle}.encode());
        if (!bytes) return bytes.error();
        return Tile::decode(as_bytes(*bytes));
    }

  private:
    const ApiClient& api_;
};

// Others are shown only their own entries, which would look like a ledger full of gaps.
Result<void> require_reader_of_all(const ApiClient& api) {
    const auto whoami = api.get("/v1/whoami");
    if (!whoami) return whoami.error();
    AnswerReader in(*whoami);
    constexpr std::array<std::string_view, 3> readers = {"auditor", "administrator", "custodian"};
    for (const auto& role : in.list("roles")) {
        for (const std::string_view reader : readers) {
            if (role.is_string() && std::string_view(role.get_string()) == reader) return {};
        }
    }
    if (auto understood = in.finish(); !understood) return understood.error();
    return refusal("reads-whole-ledger", "the whole ledger is not shown to you, so it cannot be verified",
                   {"an auditor, administrator or custodian"});
}

DetachedLookup detached_at(const ApiClient& api) {
    return [&api](const std::string& digest) -> Result<std::optional<std::string>> {
        auto content = api.get_text("/v1/ledger/detached/" + digest);
        if (!content || detached_digest(*content) != digest) return std::optional<std::string>();
        return std::optional(std::move(*content));
    };
}

Result<LedgerKey> find_key(const ApiClient& api, const std::string& given) {
    auto own = find_own_ledger_key(given);
    if (!own) return own.error();
    if (*own) return std::move(**own);
    return fetch_ledger_key(api);
}

struct Cosigned {
    Check check;
    Checkpoint checkpoint;
};

// The checkpoint that most witnesses cosigned; the ledger has to have grown from it, too.
Result<Cosigned> open_cosigned(const std::string& note, const WitnessPolicy& policy, const LedgerKeys& keys) {
    auto checkpoint = keys.open(note);
    if (!checkpoint) return verification_failed("the daemon's cosigned checkpoint: " + checkpoint.error().message);
    return Cosigned{check_witnesses(policy, note), std::move(*checkpoint)};
}

// What the latest checkpoint has beyond the cosigned one is told, so that nobody takes it for witnessed.
std::string unwitnessed_words(const Checkpoint& cosigned, const Checkpoint& latest) {
    if (latest.size <= cosigned.size) return "";
    return "; entries from " + std::to_string(cosigned.size) + " on are newer than that checkpoint";
}

}  // namespace

Result<Report> verify_daemons_ledger(const Invocation& invocation, const LedgerVerifyOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto known = find_key(*api, options.ledger_key);
    if (!known) return known.error();
    if (auto allowed = require_reader_of_all(*api); !allowed) return allowed.error();
    // The cosigned one before the latest one, which must not be the older of the two; the changes of the key after both.
    const auto cosigned_note = api->get_text("/v1/ledger/checkpoint?witnessed=true");
    if (!cosigned_note) return cosigned_note.error();
    const auto note = api->get_text("/v1/ledger/checkpoint");
    if (!note) return note.error();
    const auto key = follow_daemons_changes(*api, *known);
    if (!key) return key.error();
    const auto policy = load_policy(options.witnesses, key->keys);
    if (!policy) return policy.error();
    const auto since = load_since(options.since, key->keys);
    if (!since) return since.error();
    auto earlier = key->keys.checkpoints();
    if (*since) earlier.push_back(**since);
    std::optional<Cosigned> cosigned;
    if (*policy) {
        auto opened = open_cosigned(*cosigned_note, **policy, key->keys);
        if (!opened) return opened.error();
        earlier.push_back(opened->checkpoint);
        cosigned = std::move(*opened);
    }
    const auto checkpoint = key->keys.open(*note);
    if (!checkpoint) return verification_failed("the daemon's checkpoint: " + checkpoint.error().message);

    DaemonsLedger source(*api);
    RecordedSignatures signatures(detached_at(*api));
    const EachEntry look = [&signatures](std::uint64_t index, std::string_view entry) { signatures.look_at(index, entry); };
    auto verification = verify_ledger(source, *checkpoint, key->keys, earlier, show_progress, options.skip_signatures ? EachEntry() : look);
    if (!verification) return verification.error();
    if (!options.skip_signatures) add_checks(*verification, signatures.verdict());
    if (cosigned) {
        cosigned->check.words += unwitnessed_words(cosigned->checkpoint, *checkpoint);
        verification->checks.push_back(cosigned->check);
    }
    return report_on(*verification, *checkpoint, *key);
}

}  // namespace seald
