// Strict reading of JSON objects: a missing, unknown, repeated or wrongly typed field is an error that names it.
// Depth, size and numbers are bounded. Writing is plain boost::json.
#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace seald {

// Parses one JSON value, UTF-8 checked, at most 32 levels deep, duplicate keys refused, nothing after it.
Result<boost::json::value> parse_json(std::string_view text);
Result<boost::json::object> parse_json_object(std::string_view text);

// Takes the fields of one object; finish() refuses what nobody took. Errors are collected: the first one wins and
// later calls return empty values, so that a decoder reads as a list of fields with one check at the end.
//   ObjectReader in(object, "documents[0]");
//   auto name = in.text("name");  auto size = in.find_integer("size");
//   if (auto done = in.finish(); !done) return done.error();
class ObjectReader {
  public:
    ObjectReader(const boost::json::object& object, std::string path);

    std::string text(std::string_view field);                          // mandatory string
    std::optional<std::string> find_text(std::string_view field);      // optional string
    std::int64_t integer(std::string_view field);
    std::optional<std::int64_t> find_integer(std::string_view field);
    bool boolean(std::string_view field);
    std::optional<bool> find_boolean(std::string_view field);
    const boost::json::array& array(std::string_view field);           // an empty one after an error
    const boost::json::array* find_array(std::string_view field);
    const boost::json::object& object(std::string_view field);
    const boost::json::object* find_object(std::string_view field);
    void ignore_unknown() { ignore_unknown_ = true; }                  // for formats that demand it (RFC 7519 claims)

    Result<void> finish() const;  // malformed, naming the field with its path

  private:
    const boost::json::value* take(std::string_view field, bool mandatory, boost::json::kind kind);
    void fail(std::string_view field, std::string_view problem);

    const boost::json::object& object_;
    std::string path_;
    std::set<std::string, std::less<>> taken_;
    std::optional<Error> error_;
    bool ignore_unknown_ = false;
};

}  // namespace seald
