#include "daemon/custody/signature_count.hpp"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>

#include "core/json.hpp"
#include "daemon/model/words.hpp"

namespace seald {
namespace {

namespace json = boost::json;

constexpr std::array verdicts = {SignatureCount::Verdict::first, SignatureCount::Verdict::agrees, SignatureCount::Verdict::differs};

}  // namespace

std::string_view to_string(SignatureCount::Verdict verdict) {
    switch (verdict) {
        case SignatureCount::Verdict::first: return "first";
        case SignatureCount::Verdict::agrees: return "agrees";
        case SignatureCount::Verdict::differs: return "differs";
    }
    return "";
}

void judge(SignatureCount& now, const SignatureCount::Since& earlier, const UseTally& tally) {
    now.since = earlier;
    now.at_least = tally.at_least();
    now.at_most = tally.at_most();
    const bool fits = now.count >= earlier.count && now.count - earlier.count >= now.at_least && now.count - earlier.count <= now.at_most;
    now.verdict = fits ? SignatureCount::Verdict::agrees : SignatureCount::Verdict::differs;
}

json::object to_fields(const SignatureCount& count) {
    json::object fields{{"caller", {{"id", "seald"}, {"kind", "daemon"}}},
                        {"seal", count.key.seal.str()},
                        {"version", count.key.version},
                        {"token", count.key.token.str()},
                        {"token_serial", count.token_serial},
                        {"key_id", encode_hex(count.key.key_id)},
                        {"result", to_string(count.verdict)},
                        {"count", count.count},
                        {"asked_at_size", count.read.asked},
                        {"answered_at_size", count.read.answered},
                        {"tally_from", count.from}};
    if (!count.since) return fields;
    fields["since"] = json::object{{"ledger_index", count.since->index}, {"count", count.since->count}};
    fields["counted"] = static_cast<std::int64_t>(count.count - count.since->count);
    fields["recorded_at_least"] = count.at_least;
    fields["recorded_at_most"] = count.at_most;
    return fields;
}

Result<SignatureCount> decode_signature_count(const Entry& entry) {
    const auto fields = parse_json_object(entry.body);
    if (!fields) return fields.error();
    ObjectReader in(*fields, "");
    const auto size = [&in](const char* name) { return static_cast<std::uint64_t>(std::max<std::int64_t>(in.integer(name), 0)); };
    auto seal = SealName::decode(in.text("seal"));
    auto token = TokenName::decode(in.text("token"));
    auto key_id = decode_hex(in.text("key_id"));
    const auto verdict = decode_word(in.text("result"), "result of a count", verdicts);
    const auto version = static_cast<unsigned>(size("version"));
    auto serial = in.text("token_serial");
    const auto count = size("count");
    const ReadBetween read{size("asked_at_size"), size("answered_at_size")};
    const auto from = size("tally_from");
    const auto at_least = in.find_integer("recorded_at_least").value_or(0), at_most = in.find_integer("recorded_at_most").value_or(0);
    std::optional<SignatureCount::Since> since;
    if (const auto* earlier = in.find_object("since"); earlier != nullptr) {
        ObjectReader then(*earlier, "since");
        since = SignatureCount::Since{static_cast<std::uint64_t>(then.integer("ledger_index")), static_cast<std::uint64_t>(then.integer("count"))};
        if (auto done = then.finish(); !done) return done.error();
    }
    in.ignore_unknown();
    if (auto done = in.finish(); !done) return done.error();
    if (!seal || !token || !key_id || !verdict) return malformed("an entry " + std::string(signature_count_kind) + " that is none");
    return SignatureCount{.key = {std::move(*seal), version, std::move(*token), std::move(*key_id)}, .token_serial = std::move(serial), .count = count, .read = read, .from = from,
                          .verdict = *verdict, .since = since, .at_least = static_cast<std::uint64_t>(at_least), .at_most = static_cast<std::uint64_t>(at_most)};
}

// However many counts of the seal's other keys came since: a token may have lain in a safe for months.
Result<std::optional<StoredSignatureCount>> latest_signature_count(Database& database, const CountedKey& key) {
    static const std::string sql = select_entries + "INDEXED BY entry_by_kind WHERE kind = ? AND seal = ? AND instr(body, CAST(? AS BLOB)) > 0 AND instr(body, CAST(? AS BLOB)) > 0 "
                                                    "ORDER BY idx DESC LIMIT 1";
    const std::string on_token = json::serialize(json::object{{"token", key.token.str()}}), of_key = json::serialize(json::object{{"key_id", encode_hex(key.key_id)}});
    const auto inside = [](const std::string& object) { return object.substr(1, object.size() - 2); };  // without its braces
    auto row = first_row(database.query(sql, signature_count_kind, key.seal.str(), inside(on_token), inside(of_key)), entry_at);
    if (!row) return row.error();
    if (!*row) return std::optional<StoredSignatureCount>();
    auto count = decode_signature_count((*row)->entry);
    if (!count) return count.error();
    return std::optional(StoredSignatureCount{(*row)->index, (*row)->entry.time, std::move(*count)});
}

}  // namespace seald
