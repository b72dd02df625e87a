#include "client/answer_reader.hpp"

#include <boost/json/serialize.hpp>

namespace seald {
namespace {

const boost::json::value* member(const boost::json::object* object, std::string_view field) {
    if (object == nullptr) return nullptr;
    const boost::json::value* value = object->if_contains(field);
    return value == nullptr || value->is_null() ? nullptr : value;
}

}  // namespace

AnswerReader::AnswerReader(const boost::json::value& answer) : object_(answer.if_object()) {
    if (object_ == nullptr) error_ = unavailable("the daemon's answer is not understood: not a JSON object", false);
}

const boost::json::value* AnswerReader::find(std::string_view field) const { return member(object_, field); }

void AnswerReader::fail(std::string_view field, std::string_view wanted) {
    if (error_) return;
    error_ = unavailable(
        "the daemon's answer is not understood: '" + std::string(field) + "' is not " + std::string(wanted), false);
}

std::string AnswerReader::text(std::string_view field) {
    const auto* value = find(field);
    if (value == nullptr || !value->is_string()) {
        fail(field, "a text");
        return {};
    }
    return std::string(value->get_string());
}

std::string AnswerReader::find_text(std::string_view field) {
    return find(field) == nullptr ? std::string() : text(field);
}

std::int64_t AnswerReader::integer(std::string_view field) {
    const auto* value = find(field);
    if (value == nullptr || !value->is_int64()) {
        fail(field, "a whole number");
        return 0;
    }
    return value->get_int64();
}

std::optional<std::int64_t> AnswerReader::find_integer(std::string_view field) {
    if (find(field) == nullptr) return std::nullopt;
    return integer(field);
}

bool AnswerReader::flag(std::string_view field) {
    const auto* value = find(field);
    if (value == nullptr || !value->is_bool()) {
        fail(field, "true or false");
        return false;
    }
    return value->get_bool();
}

const boost::json::array& AnswerReader::list(std::string_view field) {
    static const boost::json::array none;
    const auto* value = find(field);
    if (value == nullptr || !value->is_array()) {
        fail(field, "a list");
        return none;
    }
    return value->get_array();
}

const boost::json::value* AnswerReader::find_object(std::string_view field) {
    const auto* value = find(field);
    if (value != nullptr && !value->is_object()) fail(field, "an object");
    return value;
}

Result<void> AnswerReader::finish() const {
    if (error_) return *error_;
    return {};
}

std::string shown_field(const boost::json::value& answer, std::string_view path) {
    const auto dot = path.find('.');
    const auto* value = member(answer.if_object(), path.substr(0, dot));
    if (value == nullptr) return {};
    if (dot != std::string_view::npos) return shown_field(*value, path.substr(dot + 1));
    if (value->is_string()) return std::string(value->get_string());
    if (value->is_bool()) return value->get_bool() ? "yes" : "no";
    return boost::json::serialize(*value);
}

}  // namespace seald
