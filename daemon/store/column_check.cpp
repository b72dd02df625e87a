#include "daemon/store/column_check.hpp"

#include <boost/json/monotonic_resource.hpp>

#include "daemon/store/column_scan.hpp"

namespace seald {
namespace {

namespace json = boost::json;

bool same(const Statement& row, int column, const std::optional<std::string_view>& text) {
    if (row.is_null(column) || !text) return row.is_null(column) && !text;
    return as_text(row.blob_view(column)) == *text;
}

bool same_columns(const EntryColumns& columns, const Statement& row) {
    const auto time = decode_rfc3339(columns.time);
    return time && *time == row.time(3) && same(row, 2, columns.kind) && same(row, 4, columns.seal) && same(row, 5, columns.person) &&
           same(row, 6, columns.application) && same(row, 7, columns.result);
}

}  // namespace

ColumnCheck::ColumnCheck(Database& database)
    : database_(database),
      documents_(database.query("SELECT idx, position, digest, name FROM entry_document ORDER BY idx, position")) {}

Result<void> ColumnCheck::next_document() {
    started_ = true;
    const auto there = documents_.step();
    if (!there) return there.error();
    document_left_ = *there;
    return {};
}

Result<bool> ColumnCheck::has_more_documents() {
    if (!started_)
        if (auto first = next_document(); !first) return first.error();
    return document_left_;
}

// Goes over the documents listed under this entry; those of missing entries are passed over with them.
Result<bool> ColumnCheck::same_documents(std::uint64_t index, const EntryColumns& columns) {
    std::size_t position = 0;
    bool all_same = true;
    for (auto left = has_more_documents();; left = document_left_) {
        if (!left) return left.error();
        if (!*left || documents_.index(0) > index) return all_same && position == columns.documents.size();
        if (documents_.index(0) == index) {
            all_same = all_same && position < columns.documents.size() && documents_.index(1) == position &&
                       as_text(documents_.blob_view(2)) == columns.documents[position].digest &&
                       as_text(documents_.blob_view(3)) == columns.documents[position].name;
            ++position;
        }
        if (auto next = next_document(); !next) return next.error();
    }
}

Result<std::optional<std::string>> ColumnCheck::find_detached(const std::string& digest) {
    auto content = first_row(database_.query("SELECT content FROM detached_field WHERE digest = ?", digest),
                             [](const Statement& row) { return row.text(0); });
    if (content && *content && detached_digest(**content) != digest) return std::optional<std::string>();
    return content;
}

Result<std::optional<std::string>> ColumnCheck::compare(const Statement& row) {
    const std::uint64_t index = row.index(0);
    const auto documents = same_documents(index, columns_);
    if (!documents) return documents.error();
    if (*documents && same_columns(columns_, row)) return std::optional<std::string>();
    return std::optional("entry " + std::to_string(index) + " is listed under " + (*documents ? "columns" : "documents") + " that are not its own");
}

Result<std::optional<std::string>> ColumnCheck::fault_of(const Statement& row, const json::object& fields) {
    read_columns(fields, columns_);
    return compare(row);
}

Result<std::optional<std::string>> ColumnCheck::fault_of(const Statement& row) {
    if (scan_columns(as_text(row.blob_view(1)), columns_)) return compare(row);
    const std::string name = "entry " + std::to_string(row.index(0));
    json::monotonic_resource memory(memory_.data(), memory_.size());
    boost::system::error_code problem;
    parser_.reset(&memory);
    parser_.write(as_text(row.blob_view(1)), problem);
    json::value value = problem ? json::value() : parser_.release();
    if (!value.is_object()) return std::optional(name + " is not a JSON object");
    json::object& fields = value.get_object();
    if (detached_digests(fields).empty()) return fault_of(row, fields);

    std::optional<Error> failed;
    const auto attached = attach_all(fields, [&](const std::string& digest) {
        auto content = find_detached(digest);
        if (!content) failed = content.error();
        return content;
    });
    if (failed) return *failed;
    if (attached) return fault_of(row, fields);
    if (auto passed = same_documents(row.index(0), {}); !passed) return passed.error();
    return std::optional(name + " is not whole: " + attached.error().message + " or changed");
}

}  // namespace seald
