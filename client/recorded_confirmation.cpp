#include "client/recorded_confirmation.hpp"

#include <set>

#include "client/answer_reader.hpp"
#include "core/act_confirmation.hpp"

namespace seald {
namespace {

namespace json = boost::json;

constexpr std::size_t witnesses_needed = 2;

Error contradiction(const std::string& person, const std::string& what) { return verification_failed("the confirmation by " + person + " in this entry " + what); }

struct Expected {
    std::string person, act, statement_sha256;
};

Result<ConfirmedBy> check(const json::value& signed_by, const Expected& expected) {
    const auto key = PublicKey::from_pem(shown_field(signed_by, "key"));
    if (!key) return contradiction(expected.person, "names no public key: " + key.error().message);
    const auto token = decode_jws(shown_field(signed_by, "jws"));
    if (!token) return contradiction(expected.person, "is no JWS: " + token.error().message);
    if (auto good = verify_jws(*token, *key); !good) return contradiction(expected.person, "is not signed with the key that the entry names");
    const auto confirmation = decode_unverified_act_confirmation(*token);
    if (!confirmation) return contradiction(expected.person, "cannot be read: " + confirmation.error().message);
    if (confirmation->issuer.str() != expected.person) return contradiction(expected.person, "is by somebody else: " + confirmation->issuer.str());
    if (confirmation->act.str() != expected.act) return contradiction(expected.person, "is of another act");
    if (confirmation->statement.hex() != expected.statement_sha256) return contradiction(expected.person, "is of another statement");
    return ConfirmedBy{expected.person, "good: signed by " + expected.person + " at " + to_rfc3339(confirmation->issued_at) + " with key " + key->thumbprint()};
}

Result<std::vector<ConfirmedBy>> check_witnesses_of(const json::value& entry, const json::array& witnesses) {
    const std::string statement = shown_field(entry, "statement"), asked_by = shown_field(entry, "asked_by");
    const std::string digest = Digest::of(DigestAlgorithm::sha256, as_bytes(statement)).hex();
    std::vector<ConfirmedBy> confirmed;
    std::set<std::string> persons;
    for (const auto& witness : witnesses) {
        auto good = check(witness, {shown_field(witness, "person"), shown_field(entry, "act"), digest});
        if (!good) return good.error();
        if (good->person == asked_by) return contradiction(good->person, "is by the person who asked");
        persons.insert(good->person);
        confirmed.push_back(std::move(*good));
    }
    if (persons.size() < witnesses_needed) return verification_failed("this entry has fewer than two witnesses");
    return confirmed;
}

}  // namespace

Result<std::vector<ConfirmedBy>> check_recorded_confirmations(const json::object& entry) {
    const json::value value = entry;
    const std::string kind = shown_field(value, "kind");
    if (kind == "act-confirmed") {
        const auto* signed_by = entry.if_contains("confirmation");
        if (signed_by == nullptr) return verification_failed("this entry has no signed confirmation");
        auto good = check(*signed_by, {shown_field(value, "caller.id"), shown_field(value, "act"), shown_field(value, "statement_sha256")});
        if (!good) return good.error();
        return std::vector<ConfirmedBy>{std::move(*good)};
    }
    if (kind != "seal-destroyed") return std::vector<ConfirmedBy>();
    const auto* witnesses = entry.if_contains("witnesses");
    if (witnesses == nullptr || !witnesses->is_array()) return verification_failed("this entry names no witnesses");
    return check_witnesses_of(value, witnesses->get_array());
}

}  // namespace seald
