#include "daemon/store/column_check.hpp"

namespace seald {
namespace {

bool same_columns(const Entry& entry, const Statement& row) {
    return entry.kind == row.text(2) && entry.time == row.time(3) && entry.seal == row.find_text(4) &&
           entry.person == row.find_text(5) && entry.application == row.find_text(6) && entry.result == row.find_text(7);
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

// The documents listed under this entry; those of missing entries are passed over with them. Positions have no gaps.
Result<std::vector<Entry::DocumentName>> ColumnCheck::take_documents(std::uint64_t index) {
    std::vector<Entry::DocumentName> documents;
    for (auto left = has_more_documents();; left = document_left_) {
        if (!left) return left.error();
        if (!*left || documents_.index(0) > index) return documents;
        const bool in_place = documents_.index(1) == documents.size();
        if (documents_.index(0) == index) documents.push_back({in_place ? documents_.text(2) : "misplaced", documents_.text(3)});
        if (auto next = next_document(); !next) return next.error();
    }
}

Result<std::optional<std::string>> ColumnCheck::find_detached(const std::string& digest) {
    auto content = first_row(database_.query("SELECT content FROM detached_field WHERE digest = ?", digest),
                             [](const Statement& row) { return row.text(0); });
    if (content && *content && detached_digest(**content) != digest) return std::optional<std::string>();
    return content;
}

Result<std::optional<std::string>> ColumnCheck::fault_of(const Statement& row, std::uint64_t index,
                                                         const std::string& body) {
    const auto documents = take_documents(index);
    if (!documents) return documents.error();
    std::optional<Error> failed;
    const auto entry = Entry::decode(body, [&](const std::string& digest) {
        auto content = find_detached(digest);
        if (!content) failed = content.error();
        return content;
    });
    if (failed) return *failed;
    const std::string name = "entry " + std::to_string(index);
    if (!entry && entry.error().code == ErrorCode::verification_failed)
        return std::optional(name + " is not whole: " + entry.error().message + " or changed");
    if (!entry) return std::optional(name + " is not a JSON object with kind and time");
    if (!same_columns(*entry, row)) return std::optional(name + " is listed under columns that are not its own");
    if (entry->documents != *documents) return std::optional(name + " is listed under documents that are not its own");
    return std::optional<std::string>();
}

}  // namespace seald
