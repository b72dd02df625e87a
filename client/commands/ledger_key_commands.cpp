#include "client/commands/ledger_key_commands.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "client/answer_reader.hpp"
#include "client/ledger_key.hpp"
#include "client/table.hpp"
#include "core/encoding.hpp"
#include "core/status_list.hpp"

namespace seald {
namespace {

struct KeyOptions {
    bool history = false, changes = false, pem = false, jwks = false;
    std::string reason;
};

std::string number(std::uint64_t value) { return std::to_string(value); }

struct KeyRange {
    std::string key, from, to, since, entry;
};

// The checkpoint of a change belongs to both keys.
std::vector<KeyRange> ranges_of(const LedgerKeys& keys) {
    std::vector<KeyRange> ranges;
    std::string from = "1", since, entry;
    for (const auto& change : keys.changes()) {
        const auto size = number(change.checkpoint.size);
        ranges.push_back({change.from.encode(), from, size, since, entry});
        from = size;
        since = to_rfc3339(change.time);
        entry = number(change.index);
    }
    ranges.push_back({keys.current().encode(), from, "", since, entry});
    return ranges;
}

std::string history_table(const LedgerKeys& keys) {
    Table table({"SIGNED CHECKPOINTS OF", "SINCE", "ENTRY", "KEY"});
    for (const auto& range : ranges_of(keys))
        table.row({range.from + " to " + (range.to.empty() ? "now" : range.to), range.since.empty() ? "the beginning" : range.since, range.entry, range.key});
    return table.str();
}

boost::json::object describe(const LedgerKey& key) {
    boost::json::array list;
    for (const auto& range : ranges_of(key.keys))
        list.push_back(boost::json::object{{"key", range.key}, {"from_size", range.from}, {"to_size", range.to}, {"since", range.since}, {"entry", range.entry}});
    return {{"verifier_key", key.known.key.encode()}, {"keys", std::move(list)}};
}

// The same key as ordinary JOSE and X.509 tools want it, for the status list.
Result<std::string> key_for_tools(const NoteVerifier& verifier, bool pem) {
    const auto key = public_key_of(verifier);
    if (!key) return key.error();
    if (pem) return key->to_pem();
    const Bytes der = key->to_der();
    const boost::json::object jwk{{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", encode_base64url(Bytes(der.end() - 32, der.end()))},
                                   {"kid", key->thumbprint()}, {"alg", "EdDSA"}, {"use", "sig"}};
    return boost::json::serialize(boost::json::object{{"keys", boost::json::array{jwk}}}) + "\n";
}

Result<Report> run_key(const Invocation& invocation, const KeyOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto key = fetch_ledger_key(*api);
    if (!key) return key.error();
    std::string text = options.history ? history_table(key->keys) : key->known.encode();
    if (options.changes) {
        text.clear();
        for (const auto& receipt : key->known.receipts) text += receipt;
    }
    boost::json::object document = describe(*key);
    if (options.pem || options.jwks) {
        const auto shown = key_for_tools(key->keys.current(), options.pem);
        if (!shown) return shown.error();
        document[options.pem ? "pem" : "jwks"] = text = *shown;
    }
    return Report{std::move(document), text};
}

Result<Report> run_rotate(const Invocation& invocation, const KeyOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->post("/v1/ledger/key", boost::json::object{{"reason", options.reason}});
    if (!answer) return answer.error();
    const bool destroyed = AnswerReader(*answer).flag("old_key_destroyed");
    Table table;
    for (const char* field : {"old", "new", "index", "size"}) table.row({field, shown_field(*answer, field)});
    table.row({"old key", destroyed ? "overwritten and removed" : "NOT DESTROYED: " + shown_field(*answer, "problem") + "; the next start of seald tries again"});
    return Report{*answer, table.str() + "Tell the auditors the new key over another channel, and give it to the witnesses: sealctl ledger key\n"};
}

}  // namespace

void add_ledger_key_commands(CLI::App& group, Invocation& invocation) {
    const auto options = std::make_shared<KeyOptions>();
    CLI::App& key = add_command(group, "key",
                                {"The ledger's verifier key; compare it over another channel and pin it. If the key was changed, the changes follow, each proven by\n"
                                 "both keys, so that what former keys signed verifies with the same file.",
                                 "everybody enrolled.",
                                 "sealctl ledger key > ~/.config/seald/ledger.vkey\n"
                                 "         sealctl ledger key --changes >> old.vkey     whoever knows an old key follows it to the present one"});
    auto* history = key.add_flag("--history", options->history, "a table: which key signed which checkpoints, since when, and the entry that says so");
    auto* changes = key.add_flag("--changes", options->changes, "only the changes, to be added to a file with a former key")->excludes(history);
    auto* pem = key.add_flag("--pem", options->pem, "as a PEM public key (Ed25519)")->excludes(history, changes);
    key.add_flag("--jwks", options->jwks, "as a JWK set, for JOSE libraries")->excludes(history, changes, pem);
    choose(key, invocation, options, run_key);
    CLI::App& rotate = add_command(group, "rotate-key",
                                   {"Give the ledger a new key and destroy the old one, while seald goes on. The entry that says so stands under a checkpoint that\n"
                                    "both keys signed: whoever trusts one of them can follow to the other.",
                                    "administrators.", "sealctl ledger rotate-key --reason 'yearly change'"});
    rotate.add_option("--reason", options->reason, "why; into the ledger")->required();
    choose(rotate, invocation, options, run_rotate);
}

}  // namespace seald
