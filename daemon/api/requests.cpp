#include "daemon/api/requests.hpp"

#include <algorithm>

#include "core/json.hpp"
#include "daemon/api/request_parts.hpp"

namespace seald::requests {
namespace {

namespace json = boost::json;

Result<std::vector<std::string>> decode_approvals(const json::array& array) {
    constexpr std::size_t max_approvals = 32;
    if (array.empty() || array.size() > max_approvals) return malformed("field \"approvals\" must hold 1 to 32 approval tokens");
    std::vector<std::string> approvals;
    for (const auto& each : array) {
        if (!each.is_string()) return malformed("field \"approvals\" must hold strings");
        approvals.emplace_back(each.as_string());
    }
    return approvals;
}

enum class Purpose { sealing, explaining };

Result<SealRequest> decode(const SealName& seal, std::string_view body, Purpose purpose_of_request) {
    auto object = parse_json_object(body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    const bool explaining = purpose_of_request == Purpose::explaining;
    const auto request_id = explaining ? std::string("explain") : in.text("request_id");
    const auto number = in.find_text("application");
    const auto* approvals = in.find_array("approvals");
    const auto* documents = in.find_array("documents");
    const auto format = in.find_text("format");
    const auto purpose = in.find_text("purpose");
    const auto proof = explaining ? std::nullopt : in.find_text("proof");
    if (auto done = in.finish(); !done) return done.error();

    SealRequest request{.request_id = request_id, .seal = seal, .application = {}, .approvals = {}, .documents = {}, .purpose = {}};
    if (auto id = decode_text(request_id, "request_id", 128); !id) return id.error();
    if (number.has_value() == (approvals != nullptr)) return malformed("give either \"application\" or \"approvals\"");
    if (number) {
        auto decoded = ApplicationNumber::decode(*number);
        if (!decoded) return decoded.error();
        request.application = *decoded;
    } else {
        auto decoded = decode_approvals(*approvals);
        if (!decoded) return decoded.error();
        request.approvals = std::move(*decoded);
    }
    if (documents != nullptr) {
        auto decoded = decode_documents(*documents);
        if (!decoded) return decoded.error();
        request.documents = std::move(*decoded);
    } else if (!explaining || !number) {
        return malformed("field \"documents\" is missing");
    }
    if (format) {
        auto decoded = decode_signature_format(*format);
        if (!decoded) return decoded.error();
        request.format = *decoded;
    }
    if (purpose) {
        auto decoded = decode_text(*purpose, "purpose", max_text_bytes);
        if (!decoded) return decoded.error();
        request.purpose = std::move(*decoded);
    }
    request.proof = proof;
    return request;
}

Result<std::string> decode_date(std::string_view text) {
    const bool shaped = text.size() == 10 && text[4] == '-' && text[7] == '-';
    if (!shaped || !decode_rfc3339(std::string(text) + "T00:00:00Z")) return malformed("field \"date\" must be a date like 2026-11-23");
    return std::string(text);
}

}  // namespace

Result<SealRequest> decode_seal_request(const SealName& seal, std::string_view body) { return decode(seal, body, Purpose::sealing); }
Result<SealRequest> decode_explain_request(const SealName& seal, std::string_view body) { return decode(seal, body, Purpose::explaining); }

Result<std::string> decode_approval(std::string_view body) { return only_text(body, "approval"); }
Result<std::string> decode_pem(std::string_view body) { return only_text(body, "pem"); }

Result<std::string> decode_optional_reason(std::string_view body) {
    auto object = parse_json_object(body.empty() ? "{}" : body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    const auto reason = in.find_text("reason");
    if (auto done = in.finish(); !done) return done.error();
    if (!reason) return std::string();
    return decode_text(*reason, "reason", max_text_bytes);
}

namespace {

struct SealWords {  // what people call a seal
    SealName name;
    SealKind kind;
    std::string title, owner;
    TokenName token;
    std::string number;  // empty: one is given
    std::optional<PersonId> deputy;
};

struct SealTexts {  // the same, not understood yet
    std::string name, kind, title, owner, token;
    std::optional<std::string> number, deputy;
};
SealTexts take_seal_texts(ObjectReader& in) {
    return {in.text("name"), in.text("kind"), in.text("title"), in.text("owner"), in.text("token"), in.find_text("number"), in.find_text("deputy")};
}

Result<SealWords> decode_seal_words(const SealTexts& texts) {
    auto seal_name = SealName::decode(texts.name);
    if (!seal_name) return seal_name.error();
    auto seal_kind = decode_seal_kind(texts.kind);
    if (!seal_kind) return seal_kind.error();
    auto clean_title = decode_text(texts.title, "title", max_line_bytes);
    if (!clean_title) return clean_title.error();
    auto clean_owner = decode_text(texts.owner, "owner", max_line_bytes);
    if (!clean_owner) return clean_owner.error();
    auto token = TokenName::decode(texts.token);
    if (!token) return token.error();
    SealWords words{*seal_name, *seal_kind, std::move(*clean_title), std::move(*clean_owner), *token, {}, {}};
    if (texts.number) {
        auto number = decode_text(*texts.number, "number", 64);
        if (!number) return number.error();
        words.number = std::move(*number);
    }
    if (texts.deputy) {
        auto deputy = PersonId::decode(*texts.deputy);
        if (!deputy) return deputy.error();
        words.deputy = *deputy;
    }
    return words;
}

}  // namespace

Result<NewSeal> decode_new_seal(std::string_view body) {
    auto object = parse_json_object(body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    const auto texts = take_seal_texts(in);
    const auto algorithm = in.text("algorithm");
    const auto common_name = in.find_text("common_name");
    const auto days = in.find_integer("self_signed_days");
    const auto csr = in.find_boolean("csr");
    const auto wrappable = in.find_boolean("wrappable");
    if (auto done = in.finish(); !done) return done.error();

    auto words = decode_seal_words(texts);
    if (!words) return words.error();
    auto key_algorithm = decode_seal_algorithm(algorithm);
    if (!key_algorithm) return key_algorithm.error();
    auto self_signed = decode_certificate_wish(days, csr);
    if (!self_signed) return self_signed.error();
    auto named = decode_common_name(common_name);
    if (!named) return named.error();

    NewSeal wanted{.name = words->name, .kind = words->kind, .title = std::move(words->title), .owner = std::move(words->owner), .common_name = std::move(*named),
                   .token = words->token, .algorithm = *key_algorithm, .self_signed_days = *self_signed, .wrappable = wrappable.value_or(false),
                   .number = std::move(words->number), .deputy = words->deputy};
    return wanted;
}

Result<KnownKey> decode_known_key(std::string_view body) {
    auto object = parse_json_object(body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    const auto texts = take_seal_texts(in);
    const auto key_id = in.text("key_id");
    auto certificates = in.text("certificate");
    if (auto done = in.finish(); !done) return done.error();
    auto words = decode_seal_words(texts);
    if (!words) return words.error();
    auto id = decode_key_id(key_id);
    if (!id) return id.error();
    return KnownKey{words->name, words->kind, std::move(words->title), std::move(words->owner), words->token, std::move(*id), std::move(certificates),
                    std::move(words->number), words->deputy};
}

Result<SealActRequest> decode_seal_act(SealAct act, std::string_view body) {
    auto object = parse_json_object(body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    const bool filing = act == SealAct::file;
    const auto reason = filing ? std::string() : in.text("reason");
    const auto number = filing ? in.text("number") : std::string();
    const auto date = filing ? in.text("date") : std::string();
    if (auto done = in.finish(); !done) return done.error();
    if (!filing) {
        auto clean = decode_text(reason, "reason", max_text_bytes);
        if (!clean) return clean.error();
        return SealActRequest{.act = act, .reason = std::move(*clean), .filing = {}};
    }
    auto clean_number = decode_text(number, "number", max_line_bytes);
    if (!clean_number) return clean_number.error();
    auto clean_date = decode_date(date);
    if (!clean_date) return clean_date.error();
    return SealActRequest{.act = act, .reason = {}, .filing = Filing{std::move(*clean_number), std::move(*clean_date)}};
}

Result<StopWish> decode_emergency_stop(std::string_view body) {
    auto object = parse_json_object(body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    const auto reason = in.text("reason");
    const auto* names = in.find_array("seals");
    if (auto done = in.finish(); !done) return done.error();
    StopWish wish;
    auto clean = decode_text(reason, "reason", max_text_bytes);
    if (!clean) return clean.error();
    wish.reason = std::move(*clean);
    if (names == nullptr) return wish;
    if (names->empty()) return malformed("seals: name at least one, or leave the field out for all");
    for (const auto& each : *names) {
        auto name = each.is_string() ? SealName::decode(each.get_string()) : Result<SealName>(malformed("seals: names of seals, as text"));
        if (!name) return name.error();
        wish.seals.insert(std::move(*name));
    }
    return wish;
}

Result<BackupDrill> decode_backup_drill(std::string_view body) {
    auto object = parse_json_object(body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    BackupDrill drill{.manifest_digest = in.text("manifest"), .made_at = in.text("made_at"), .entries = 0, .problem = in.find_text("problem").value_or("")};
    const auto entries = in.integer("entries");
    if (auto done = in.finish(); !done) return done.error();
    const bool is_digest = drill.manifest_digest.starts_with("sha256:") && Digest::decode("sha256", drill.manifest_digest.substr(7)).has_value();
    if (!is_digest) return malformed("manifest: the digest of a backup's manifest, like \"sha256:<hex>\"");
    if (auto time = decode_rfc3339(drill.made_at); !time) return time.error();
    if (entries < 0) return malformed("entries: a number from 0 on");
    if (!drill.problem.empty() && (!is_clean_text(drill.problem) || drill.problem.size() > max_text_bytes))
        return malformed("problem: clean text of at most " + std::to_string(max_text_bytes) + " bytes");
    drill.entries = static_cast<std::uint64_t>(entries);
    return drill;
}

Result<void> decode_nothing(std::string_view body) {
    if (body.empty()) return {};
    auto object = parse_json_object(body);
    if (!object) return object.error();
    return ObjectReader(*object, "").finish();
}

}  // namespace seald::requests
