// Reads the daemon's JSON answers. Unknown fields are passed over, so that an older sealctl understands a newer daemon;
// null counts as absent. A missing or wrongly typed field is an error that names it, collected until finish().
#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace seald {

class AnswerReader {
  public:
    explicit AnswerReader(const boost::json::value& answer);  // which must outlive the reader
    explicit AnswerReader(boost::json::value&&) = delete;

    std::string text(std::string_view field);       // mandatory
    std::string find_text(std::string_view field);  // empty if absent
    std::int64_t integer(std::string_view field);
    std::optional<std::int64_t> find_integer(std::string_view field);
    bool flag(std::string_view field);
    const boost::json::array& list(std::string_view field);         // an empty one after an error
    const boost::json::value* find_object(std::string_view field);  // null if absent

    Result<void> finish() const;

  private:
    const boost::json::value* find(std::string_view field) const;
    void fail(std::string_view field, std::string_view wanted);

    const boost::json::object* object_;
    std::optional<Error> error_;
};

// For showing: the text, number or yes/no of a field, whatever it is; empty if there is none.
// A dot leads into an object: "document.name".
std::string shown_field(const boost::json::value& answer, std::string_view path);

}  // namespace seald
