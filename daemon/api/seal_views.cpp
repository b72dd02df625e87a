// Seals and their versions in JSON, and the signatures made with them.
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "daemon/api/views.hpp"

namespace seald::views {
namespace {

namespace json = boost::json;

json::value text_or_null(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }
json::value time_or_null(const std::optional<Timestamp>& time) { return time ? json::value(to_rfc3339(*time)) : json::value(nullptr); }
json::value parsed_or_null(const std::string& text) { return text.empty() ? json::value(nullptr) : json::parse(text); }

json::array standby(const Seal& seal) {
    json::array list;
    for (const auto& place : seal.standby)
        list.push_back(json::object{{"token", place.token.str()}, {"token_serial", place.token_serial}, {"key_id", encode_hex(place.key_id)}});
    return list;
}

json::array chain(const std::vector<Certificate>& certificates) {
    json::array list;
    for (const auto& each : certificates) list.push_back(json::string(each.to_pem()));
    return list;
}

json::array whole_chain(const Seal& seal) {
    json::array list = chain(seal.chain);
    if (seal.certificate) list.insert(list.begin(), json::string(seal.certificate->to_pem()));
    return list;
}

json::value certificate_or_null(const Seal& seal) { return seal.certificate ? json::value(certificate(*seal.certificate)) : json::value(nullptr); }

json::object in_use(const Seal& seal) {
    return {{"number", seal.version},
            {"state", "in-use"},
            {"token", seal.token.str()},
            {"token_serial", seal.token_serial},
            {"algorithm", to_string(seal.algorithm)},
            {"key_id", encode_hex(seal.key_id)},
            {"public_key", seal.public_key.to_pem()},
            {"certificate", certificate_or_null(seal)},
            {"certificate_chain", chain(seal.chain)},
            {"key_attributes", parsed_or_null(seal.key_attributes)},
            {"reason", nullptr},
            {"by", nullptr},
            {"since", to_rfc3339(seal.version_from)},
            {"used_from", to_rfc3339(seal.version_from)},
            {"used_until", nullptr},
            {"planned_at", nullptr},
            {"planned_by", nullptr},
            {"problem", nullptr}};
}

json::object signature(const Receipt& receipt) {
    const Digest& digest = receipt.document();
    return {{"value", encode_base64(receipt.signature())},
            {"format", to_string(receipt.format())},
            {"digest", json::object{{"alg", to_string(digest.algorithm())}, {"value", digest.hex()}}},
            {"name", receipt.document_name()},
            {"version", receipt.version()},
            {"ledger_index", receipt.index()},
            {"receipt", receipt.proof().encode()}};
}

}  // namespace

json::object certificate(const Certificate& certificate) {
    return {{"pem", certificate.to_pem()},
            {"subject", certificate.subject()},
            {"serial", certificate.serial_hex()},
            {"not_before", to_rfc3339(certificate.not_before())},
            {"not_after", to_rfc3339(certificate.not_after())},
            {"sha256", certificate.fingerprint().hex()}};
}

json::object key_attributes(const token_protocol::GeneratedKey& key) {
    return {{"sensitive", key.sensitive},
            {"always_sensitive", key.always_sensitive},
            {"extractable", key.extractable},
            {"never_extractable", key.never_extractable},
            {"local", key.local}};
}

json::object seal(const Seal& seal, const Result<void>& usable) {
    json::value filing = nullptr;
    if (seal.filing) filing = json::object{{"number", seal.filing->number}, {"date", seal.filing->date}};
    json::value why_not = nullptr, deputy = nullptr;
    if (!usable) why_not = usable.error().message;
    if (seal.deputy) deputy = seal.deputy->str();
    return {{"name", seal.name.str()},
            {"number", text_or_null(seal.number)},
            {"kind", to_string(seal.kind)},
            {"title", seal.title},
            {"owner", seal.owner},
            {"custodian", seal.custodian.str()},
            {"deputy", std::move(deputy)},
            {"version", seal.version},
            {"version_from", to_rfc3339(seal.version_from)},
            {"token", seal.token.str()},
            {"token_serial", seal.token_serial},
            {"algorithm", to_string(seal.algorithm)},
            {"key_id", encode_hex(seal.key_id)},
            {"key_attributes", parsed_or_null(seal.key_attributes)},
            {"standby", standby(seal)},
            {"state", to_string(seal.state)},
            {"made_at", to_rfc3339(seal.made_at)},
            {"filing", std::move(filing)},
            {"certificate", certificate_or_null(seal)},
            {"certificate_chain", chain(seal.chain)},
            {"public_key", seal.public_key.to_pem()},
            {"reason", text_or_null(seal.reason)},
            {"usable", usable.has_value()},
            {"why_not", std::move(why_not)}};
}

json::object made_seal(const MadeSeal& made, const Result<void>& usable) {
    return {{"seal", seal(made.seal, usable)},
            {"csr", made.csr ? json::value(*made.csr) : json::value(nullptr)},
            {"key_attributes", key_attributes(made.key)}};
}

json::object version(const SealVersion& version) {
    json::value certified = nullptr, planned_at = nullptr, planned_by = nullptr, problem = nullptr;
    std::vector<Certificate> others;
    if (!version.certificates.empty()) {
        certified = certificate(version.certificates.front());
        others.assign(version.certificates.begin() + 1, version.certificates.end());
    }
    if (version.planned) {
        planned_at = to_rfc3339(version.planned->at);
        planned_by = version.planned->by.str();
        problem = text_or_null(version.planned->problem);
    }
    const bool replaced = version.state == VersionState::replaced;
    return {{"number", version.number},
            {"state", to_string(version.state)},
            {"token", version.place.token.str()},
            {"token_serial", version.place.token_serial},
            {"algorithm", to_string(version.algorithm)},
            {"key_id", encode_hex(version.place.key_id)},
            {"public_key", version.public_key.to_pem()},
            {"certificate", std::move(certified)},
            {"certificate_chain", chain(others)},
            {"key_attributes", parsed_or_null(version.key_attributes)},
            {"reason", version.reason},
            {"by", version.by.str()},
            {"since", to_rfc3339(version.since)},
            {"used_from", time_or_null(version.used_from)},
            {"used_until", replaced ? json::value(to_rfc3339(version.since)) : json::value(nullptr)},
            {"planned_at", std::move(planned_at)},
            {"planned_by", std::move(planned_by)},
            {"problem", std::move(problem)}};
}

json::array versions(const Seal& seal, const std::vector<SealVersion>& others) {
    json::array list;
    bool placed = false;
    for (const auto& each : others) {
        if (!placed && each.number > seal.version) list.push_back(in_use(seal));
        placed = placed || each.number > seal.version;
        list.push_back(version(each));
    }
    if (!placed) list.push_back(in_use(seal));
    return list;
}

json::object picture(const tables::PictureRow& row) {
    return {{"media_type", row.picture.media_type},
            {"sha256", row.picture.sha256().hex()},
            {"bytes", row.picture.content.size()},
            {"set_by", row.set_by.str()},
            {"set_at", to_rfc3339(row.set_at)}};
}

json::object state_then(const SealName& name, Timestamp when, const StateThen& then) {
    return {{"name", name.str()},
            {"at", to_rfc3339(when)},
            {"state", to_string(then.state)},
            {"ledger_index", then.ledger_index},
            {"version", then.seal.version},
            {"certificate", certificate_or_null(then.seal)},
            {"certificate_chain", chain(then.seal.chain)}};
}

json::object signatures(const std::vector<Receipt>& receipts, const Seal& sealed_with, const std::map<unsigned, Seal>& others, json::object seal_now) {
    json::array list;
    for (const auto& receipt : receipts) {
        auto each = signature(receipt);
        if (const auto other = others.find(receipt.version()); other != others.end()) each["certificate_chain"] = whole_chain(other->second);
        list.push_back(std::move(each));
    }
    return {{"signatures", std::move(list)}, {"certificate_chain", whole_chain(sealed_with)}, {"seal", std::move(seal_now)}};
}

}  // namespace seald::views
