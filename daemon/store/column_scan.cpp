#include "daemon/store/column_scan.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <utility>

namespace seald {
namespace {

namespace json = boost::json;

// The entry's own fields that columns come from, and those of a caller or a document.
enum class Field : unsigned { none, kind, time, seal, application, result, caller, document, documents, id, digest, name };

Field field_of(std::string_view key) {
    if (key == "kind") return Field::kind;
    if (key == "time") return Field::time;
    if (key == "seal") return Field::seal;
    if (key == "application") return Field::application;
    if (key == "result") return Field::result;
    if (key == "caller") return Field::caller;
    if (key == "document") return Field::document;
    if (key == "documents") return Field::documents;
    return Field::none;
}

// Ends the reading where an entry is not plain. Every callback has to be here because basic_parser calls them all.
class ColumnHandler {
  public:
    using error_code = boost::system::error_code;
    using text = json::string_view;
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    ColumnHandler(std::string_view body, EntryColumns& columns) : body_(body), columns_(columns) {}
    bool is_object() const { return is_object_; }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code& ec) {
        is_object_ = true;
        inner_ = Field::none;
        if (depth_ == 1 && field_ == Field::documents) return refuse(ec);  // a list is expected
        if (++depth_ == document_depth()) {
            document_ = {};
            has_digest_ = false;
            seen_ &= ~(bit(Field::digest) | bit(Field::name));
        }
        return true;
    }
    bool on_object_end(std::size_t, error_code&) {
        if (depth_-- == document_depth() && has_digest_) columns_.documents.push_back(document_);
        return true;
    }
    bool on_array_begin(error_code& ec) {
        inner_ = Field::none;
        return depth_++ > 0 || refuse(ec);
    }
    bool on_array_end(std::size_t, error_code&) { return --depth_, true; }
    bool on_key_part(text, std::size_t, error_code& ec) { return refuse(ec); }
    bool on_key(text key, std::size_t, error_code& ec) {
        if (depth_ == 1) {
            field_ = field_of(key);
            return field_ == Field::none || (first(field_) && !(field_ == Field::document && seen(Field::documents))) || refuse(ec);
        }
        if (depth_ == 2 && key == "detached") return refuse(ec);
        inner_ = Field::none;
        if (depth_ == 2 && field_ == Field::caller && key == "id") inner_ = Field::id;
        if (depth_ == document_depth() && key == "digest") inner_ = Field::digest;
        if (depth_ == document_depth() && key == "name") inner_ = Field::name;
        return inner_ == Field::none || first(inner_) || refuse(ec);
    }
    bool on_string_part(text, std::size_t, error_code&) { return true; }
    bool on_string(text value, std::size_t size, error_code& ec) {
        if (depth_ == 1) return take(field_, value, size, ec);
        if (depth_ == 2 && field_ == Field::documents) return take(Field::document, value, size, ec);
        return take(inner_, value, size, ec);
    }
    bool on_number_part(text, error_code&) { return true; }
    bool on_int64(std::int64_t, text, error_code&) { return true; }
    bool on_uint64(std::uint64_t, text, error_code&) { return true; }
    bool on_double(double, text, error_code&) { return true; }
    bool on_bool(bool, error_code&) { return true; }
    bool on_null(error_code&) { return true; }
    bool on_comment_part(text, error_code&) { return true; }
    bool on_comment(text, error_code&) { return true; }

  private:
    static bool refuse(error_code& ec) {
        ec = json::make_error_code(json::error::syntax);
        return false;
    }
    // How deep the objects are that say of a document.
    int document_depth() const { return field_ == Field::document ? 2 : field_ == Field::documents ? 3 : -1; }
    static constexpr unsigned bit(Field field) { return 1U << static_cast<unsigned>(field); }
    bool seen(Field field) const { return (seen_ & bit(field)) != 0; }
    bool first(Field field) { return (std::exchange(seen_, seen_ | bit(field)) & bit(field)) == 0; }
    bool take(Field field, text value, std::size_t size, error_code& ec);

    std::string_view body_;
    EntryColumns& columns_;
    int depth_ = 0;
    bool is_object_ = false;
    Field field_ = Field::none;  // of the entry's own, the one that is being read
    Field inner_ = Field::none;  // within it
    unsigned seen_ = 0;          // bits of Field
    EntryColumns::Document document_;
    bool has_digest_ = false;
};

bool ColumnHandler::take(Field field, text value, std::size_t size, error_code& ec) {
    if (field == Field::none || field == Field::caller || field == Field::documents) return true;
    // One with escapes comes in parts, or out of the parser's own memory.
    const bool is_whole = size == value.size() && value.data() >= body_.data() && value.data() + size <= body_.data() + body_.size();
    if (!is_whole) return refuse(ec);
    const std::string_view view(value.data(), size);
    switch (field) {
        case Field::kind: columns_.kind = view; break;
        case Field::time: columns_.time = view; break;
        case Field::seal: columns_.seal = view; break;
        case Field::application: columns_.application = view; break;
        case Field::result: columns_.result = view; break;
        case Field::document: columns_.documents.push_back({view, {}}); break;
        case Field::id: columns_.person = view; break;
        case Field::digest:
            document_.digest = view;
            has_digest_ = true;
            break;
        case Field::name: document_.name = view; break;
        case Field::none:
        case Field::caller:
        case Field::documents: break;
    }
    return true;
}

}  // namespace

bool scan_columns(std::string_view body, EntryColumns& columns) {
    auto documents = std::move(columns.documents);
    documents.clear();
    columns = {};
    columns.documents = std::move(documents);
    json::basic_parser<ColumnHandler> parser(json::parse_options(), body, columns);
    boost::system::error_code problem;
    const std::size_t used = parser.write_some(false, body.data(), body.size(), problem);
    return !problem && used == body.size() && parser.handler().is_object();
}

}  // namespace seald
