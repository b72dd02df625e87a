#include "client/destruction_certificate.hpp"

#include "client/answer_reader.hpp"
#include "client/display_text.hpp"
#include "client/recorded_confirmation.hpp"
#include "client/table.hpp"
#include "core/json.hpp"

namespace seald {
namespace {

namespace json = boost::json;

constexpr std::string_view heading = "CERTIFICATE OF DESTRUCTION (銷毀證明)\n";
constexpr std::string_view separator = "\n---- receipt ----\n";

Result<json::object> read_entry(const TlogProof& receipt) {
    auto entry = parse_json_object(as_text(receipt.extra));
    if (!entry) return entry.error();
    const json::value value = *entry;
    if (shown_field(value, "kind") != "seal-destroyed" || shown_field(value, "state") != "destroyed")
        return verification_failed("the receipt is of an entry " + shown_field(value, "kind") + ", not of a seal's destruction");
    return entry;
}

void add_list(Table& table, const json::object& entry, const char* list, const std::string& name, const std::vector<const char*>& fields) {
    const auto* all = entry.if_contains(list);
    if (all == nullptr || !all->is_array()) return;
    for (const auto& each : all->get_array()) {
        std::string words;
        for (const char* field : fields) words += (words.empty() ? "" : ", ") + shown_field(each, field);
        table.row({name, words});
    }
}

std::string words_of(const json::object& entry, std::uint64_t index) {
    const json::value value = entry;
    Table table;
    table.row({"seal (印章)", shown_field(value, "seal") + ", " + shown_field(value, "title")});
    table.row({"owner (單位)", shown_field(value, "owner")});
    table.row({"public key", shown_field(value, "public_key_thumbprint")});
    const std::string serial = shown_field(value, "certificate.serial");
    table.row({"certificate", serial.empty() ? "none" : shown_field(value, "certificate.subject") + ", serial " + serial});
    table.row({"destroyed at (銷毀時間)", shown_field(value, "time")});
    table.row({"reason (原因)", shown_field(value, "reason")});
    table.row({"asked by (申請人)", shown_field(value, "asked_by")});
    add_list(table, entry, "witnesses", "witness (監銷人)", {"name", "person", "at"});
    add_list(table, entry, "keys", "key (密鑰)", {"token", "token_serial", "key_id", "how"});
    table.row({"act, ledger entry", shown_field(value, "act") + ", " + std::to_string(index)});
    return std::string(heading) + "\n" + table.str() + "\nTo check this file without the daemon: sealctl verify FILE --ledger-key LEDGER.VKEY\n";
}

struct Parts {
    std::string_view words;
    TlogProof receipt;
};
Result<Parts> take_apart(std::string_view file) {
    const auto at = file.find(separator);
    if (at == file.npos) return malformed("the certificate has no receipt");
    auto receipt = TlogProof::decode(file.substr(at + separator.size()));
    if (!receipt) return receipt.error();
    return Parts{file.substr(0, at), std::move(*receipt)};
}

Check outcome_of(std::string name, const Result<void>& result, std::string words) {
    if (!result) return {std::move(name), Outcome::failed, result.error().message};
    return {std::move(name), Outcome::passed, std::move(words)};
}

Check check_receipt(const TlogProof& receipt, const LedgerKeys* ledger_keys) {
    if (ledger_keys == nullptr) return {"receipt", Outcome::failed, "there is no ledger key to check it with: --ledger-key"};
    const auto proven = ledger_keys->verify(receipt);
    if (!proven) return {"receipt", Outcome::failed, proven.error().message};
    return {"receipt", Outcome::passed, "entry " + std::to_string(proven->index) + " of the ledger of " + ledger_keys->name()};
}

}  // namespace

bool is_destruction_certificate(std::string_view file) { return file.starts_with(heading); }

Result<std::string> make_destruction_certificate(const TlogProof& receipt) {
    auto entry = read_entry(receipt);
    if (!entry) return entry.error();
    return words_of(*entry, receipt.index) + std::string(separator) + receipt.encode();
}

Result<std::vector<Check>> check_destruction_certificate(std::string_view file, const LedgerKeys* ledger_keys) {
    auto parts = take_apart(file);
    if (!parts) return parts.error();
    auto entry = read_entry(parts->receipt);
    if (!entry) return entry.error();
    std::vector<Check> checks{check_receipt(parts->receipt, ledger_keys)};
    const bool same = parts->words == words_of(*entry, parts->receipt.index);
    checks.push_back(outcome_of("words", same ? Result<void>() : verification_failed("the words are not what the entry says"), "say what the entry says"));
    auto confirmed = check_recorded_confirmations(*entry);
    if (!confirmed) checks.push_back({"witnesses", Outcome::failed, confirmed.error().message});
    else for (const auto& each : *confirmed) checks.push_back({"witness", Outcome::passed, each.words});
    return checks;
}

}  // namespace seald
