#include <chrono>

#include "core/json.hpp"
#include "daemon/api/request_parts.hpp"
#include "daemon/api/requests.hpp"

namespace seald::requests {
namespace {

namespace json = boost::json;

Result<Quota> decode_quota(const json::object& object) {
    ObjectReader in(object, "quota");
    const auto uses = in.integer("uses");
    const auto until = in.text("until");
    if (auto done = in.finish(); !done) return done.error();
    if (uses < 1 || uses > 1'000'000) return malformed("field \"quota.uses\" must be 1 to 1000000");
    auto end = decode_rfc3339(until);
    if (!end) return end.error();
    // Approvals count in seconds: what they are compared with does, too.
    return Quota{static_cast<unsigned>(uses), std::chrono::floor<seconds>(*end)};
}

// Either documents or a quota.
Result<void> decode_content(const json::array* documents, const json::object* quota, NewApplication& wanted) {
    if ((documents != nullptr) == (quota != nullptr)) return malformed("an application names either \"documents\" or a \"quota\"");
    if (quota != nullptr) {
        auto decoded = decode_quota(*quota);
        if (!decoded) return decoded.error();
        wanted.quota = *decoded;
        return {};
    }
    auto decoded = decode_documents(*documents);
    if (!decoded) return decoded.error();
    wanted.documents = std::move(*decoded);
    return {};
}

}  // namespace

Result<ApplicationBody> decode_application(std::string_view body) {
    auto object = parse_json_object(body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    const auto seal = in.text("seal");
    const auto purpose = in.text("purpose");
    const auto type = in.text("type");
    const auto format = in.find_text("format");
    const auto* documents = in.find_array("documents");
    const auto* quota = in.find_object("quota");
    const bool dry_run = in.find_boolean("dry_run").value_or(false);
    if (auto done = in.finish(); !done) return done.error();

    auto name = SealName::decode(seal);
    if (!name) return name.error();
    auto clean_purpose = decode_text(purpose, "purpose", max_text_bytes);
    if (!clean_purpose) return clean_purpose.error();
    auto clean_type = decode_text(type, "type", max_line_bytes);
    if (!clean_type) return clean_type.error();
    auto decoded_format = format ? decode_signature_format(*format) : Result<SignatureFormat>(SignatureFormat::cms);
    if (!decoded_format) return decoded_format.error();
    NewApplication wanted{.seal = *name, .purpose = std::move(*clean_purpose), .type = std::move(*clean_type), .format = *decoded_format, .documents = {}};
    if (auto content = decode_content(documents, quota, wanted); !content) return content.error();
    return ApplicationBody{std::move(wanted), dry_run};
}

Result<TrainingRecord> decode_training(std::string_view body) {
    auto object = parse_json_object(body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    const auto person = in.text("person");
    const auto course = in.text("course");
    const auto until = in.text("until");
    if (auto done = in.finish(); !done) return done.error();
    auto id = PersonId::decode(person);
    if (!id) return id.error();
    auto clean_course = decode_text(course, "course", max_name_bytes);
    if (!clean_course) return clean_course.error();
    auto end = decode_rfc3339(until);
    if (!end) return end.error();
    return TrainingRecord{.person = *id, .course = std::move(*clean_course), .until = *end, .recorded_by = *id};
}

Result<std::string> decode_feedback(std::string_view body) {
    auto text = only_text(body, "text");
    if (!text) return text.error();
    return decode_text(*text, "text", max_text_bytes);
}

Result<std::string> decode_reason(std::string_view body) {
    auto reason = only_text(body, "reason");
    if (!reason) return reason.error();
    return decode_text(*reason, "reason", max_text_bytes);
}

}  // namespace seald::requests
