#include "core/purge_record.hpp"

#include "core/json.hpp"
#include "core/note_text.hpp"

namespace seald {
namespace {

std::string range_words(std::uint64_t end) { return "entries 0 to " + std::to_string(end - 1); }

}  // namespace

std::string PurgeRecord::words() const {
    return range_words(end) + " were purged at " + to_rfc3339(time) + " by " + person + ", which entry " + std::to_string(index) + " says";
}

std::string unrecorded_words(std::uint64_t missing) { return range_words(missing) + " are missing, and no entry says that they were purged"; }

std::optional<PurgeRecord> find_purge_record(std::uint64_t index, std::string_view body) {
    if (body.find(ledger_purged) == body.npos) return std::nullopt;  // a whole ledger goes through here
    const auto fields = parse_json_object(body);
    if (!fields) return std::nullopt;
    ObjectReader in(*fields, "");
    const auto kind = in.text("kind"), time = in.text("time"), root = in.text("root");
    const auto end = in.integer("end");
    const auto& caller = in.object("caller");
    in.ignore_unknown();
    ObjectReader who(caller, "caller");
    const auto person = who.text("id");
    who.ignore_unknown();
    const auto at = decode_rfc3339(time);
    const auto hash = decode_tree_hash(root);
    if (!in.finish() || !who.finish() || kind != ledger_purged || !at || !hash || end <= 0 || static_cast<std::uint64_t>(end) > index) return std::nullopt;
    return PurgeRecord{.index = index, .end = static_cast<std::uint64_t>(end), .root = *hash, .time = *at, .person = person};
}

}  // namespace seald
