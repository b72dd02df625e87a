#include "core/json.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <utility>
#include <vector>

#include "core/encoding.hpp"

namespace seald {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kMaxText = 16 * 1024 * 1024;
constexpr std::size_t kMaxShownName = 64;

// A name that the sender chose, fit for a message that people and logs will see.
std::string shown(std::string_view name) {
    if (name.size() > kMaxShownName || !is_clean_text(name)) return "(unprintable)";
    return std::string(name);
}

// Builds the value as json::parser does, and refuses a key that its object already has: json::parser would silently
// keep the last one, and two readers of one document could then see different things (RFC 8259 section 4).
// Every callback has to be here because basic_parser calls them all; they answer "go on".
class StrictHandler {
  public:
    using error_code = boost::system::error_code;
    using text = json::string_view;
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = kMaxText;
    static constexpr std::size_t max_string_size = kMaxText;

    json::value release() { return stack_.release(); }
    const std::optional<std::string>& repeated() const { return repeated_; }

    bool on_document_begin(error_code&) { return stack_.reset(), true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return keys_.emplace_back(), true; }
    bool on_object_end(std::size_t n, error_code&) { return keys_.pop_back(), stack_.push_object(n), true; }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t n, error_code&) { return stack_.push_array(n), true; }
    bool on_key_part(text part, std::size_t, error_code&) { return key_.append(part), stack_.push_chars(part), true; }
    bool on_key(text part, std::size_t, error_code& ec) {
        key_.append(part);
        stack_.push_key(part);
        std::string key = std::exchange(key_, {});
        if (keys_.back().insert(key).second) return true;
        repeated_ = std::move(key);
        ec = json::make_error_code(json::error::syntax);
        return false;
    }
    bool on_string_part(text part, std::size_t, error_code&) { return stack_.push_chars(part), true; }
    bool on_string(text part, std::size_t, error_code&) { return stack_.push_string(part), true; }
    bool on_number_part(text, error_code&) { return true; }
    bool on_int64(std::int64_t i, text, error_code&) { return stack_.push_int64(i), true; }
    bool on_uint64(std::uint64_t u, text, error_code&) { return stack_.push_uint64(u), true; }
    bool on_double(double d, text, error_code&) { return stack_.push_double(d), true; }
    bool on_bool(bool b, error_code&) { return stack_.push_bool(b), true; }
    bool on_null(error_code&) { return stack_.push_null(), true; }
    bool on_comment_part(text, error_code&) { return true; }
    bool on_comment(text, error_code&) { return true; }

  private:
    json::value_stack stack_;
    std::string key_;                                       // parts of the key that is being read
    std::vector<std::set<std::string, std::less<>>> keys_;  // of the objects that are open; a set: no hash flooding
    std::optional<std::string> repeated_;
};

std::string_view article_and_name(json::kind kind) {
    switch (kind) {
        case json::kind::string:
            return "a string";
        case json::kind::int64:
            return "an integer of at most 63 bits";
        case json::kind::bool_:
            return "true or false";
        case json::kind::array:
            return "an array";
        case json::kind::object:
            return "an object";
        case json::kind::uint64:
        case json::kind::double_:
        case json::kind::null:
            break;
    }
    return "something else";
}

}  // namespace

Result<json::value> parse_json(std::string_view text) {
    if (text.size() > kMaxText) return Error{.code = ErrorCode::too_large, .message = "JSON of more than 16 MiB"};
    json::parse_options options;
    options.max_depth = kMaxDepth;
    json::basic_parser<StrictHandler> parser(options);
    boost::system::error_code ec;
    std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
    if (const auto& name = parser.handler().repeated()) return malformed("field \"" + shown(*name) + "\" is repeated");
    if (!ec && used < text.size()) ec = json::make_error_code(json::error::extra_data);
    if (ec) return malformed("not acceptable JSON: " + ec.message() + ", at byte " + std::to_string(used));
    return parser.handler().release();
}

Result<json::object> parse_json_object(std::string_view text) {
    auto value = parse_json(text);
    if (!value) return value.error();
    if (!value->is_object()) return malformed("a JSON object is expected");
    return std::move(value->get_object());
}

ObjectReader::ObjectReader(const json::object& object, std::string path) : object_(object), path_(std::move(path)) {}

std::string ObjectReader::text(std::string_view field) {
    const json::value* value = take(field, true, json::kind::string);
    return value ? std::string(value->get_string()) : std::string();
}

std::optional<std::string> ObjectReader::find_text(std::string_view field) {
    const json::value* value = take(field, false, json::kind::string);
    return value ? std::optional(std::string(value->get_string())) : std::nullopt;
}

std::int64_t ObjectReader::integer(std::string_view field) {
    const json::value* value = take(field, true, json::kind::int64);
    return value ? value->get_int64() : 0;
}

std::optional<std::int64_t> ObjectReader::find_integer(std::string_view field) {
    const json::value* value = take(field, false, json::kind::int64);
    return value ? std::optional(value->get_int64()) : std::nullopt;
}

bool ObjectReader::boolean(std::string_view field) {
    const json::value* value = take(field, true, json::kind::bool_);
    return value && value->get_bool();
}

std::optional<bool> ObjectReader::find_boolean(std::string_view field) {
    const json::value* value = take(field, false, json::kind::bool_);
    return value ? std::optional(value->get_bool()) : std::nullopt;
}

const json::array& ObjectReader::array(std::string_view field) {
    static const json::array none;
    const json::value* value = take(field, true, json::kind::array);
    return value ? value->get_array() : none;
}

const json::array* ObjectReader::find_array(std::string_view field) {
    const json::value* value = take(field, false, json::kind::array);
    return value ? &value->get_array() : nullptr;
}

const json::object& ObjectReader::object(std::string_view field) {
    static const json::object none;
    const json::value* value = take(field, true, json::kind::object);
    return value ? value->get_object() : none;
}

const json::object* ObjectReader::find_object(std::string_view field) {
    const json::value* value = take(field, false, json::kind::object);
    return value ? &value->get_object() : nullptr;
}

Result<void> ObjectReader::finish() const {
    if (error_) return *error_;
    if (ignore_unknown_) return {};
    for (const auto& member : object_) {
        std::string_view name = member.key();
        if (!taken_.contains(name)) {
            return malformed("unknown field \"" + (path_.empty() ? "" : path_ + ".") + shown(name) + "\"");
        }
    }
    return {};
}

// null is a value of the wrong kind, not an absent field: whoever writes it means something by it.
const json::value* ObjectReader::take(std::string_view field, bool mandatory, json::kind kind) {
    if (error_) return nullptr;
    taken_.emplace(field);
    const json::value* value = object_.if_contains(field);
    if (!value && mandatory) fail(field, "is missing");
    if (!value) return nullptr;
    if (value->kind() == kind) return value;
    fail(field, "must be " + std::string(article_and_name(kind)));
    return nullptr;
}

void ObjectReader::fail(std::string_view field, std::string_view problem) {
    std::string name = (path_.empty() ? "" : path_ + ".") + std::string(field);
    error_ = malformed("field \"" + name + "\" " + std::string(problem));
}

}  // namespace seald
