// Fields of ledger entries that are too long for their entry are kept beside the ledger; the entry has
// {"detached":"sha256:<hex>","bytes":N} in their place, so that the tree covers them all the same.
#pragma once
#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace seald {

struct DetachedField {
    std::string digest;  // "sha256:<hex>" of content
    std::string content;  // JSON
};
// The content behind a digest, if it is there and has that digest.
using DetachedLookup = std::function<Result<std::optional<std::string>>(const std::string& digest)>;

std::string detached_digest(std::string_view content);  // "sha256:<hex>"
// Moves the longest field out of the entry; nothing when that would not make it shorter.
std::optional<DetachedField> detach_longest(boost::json::object& entry);
// The digests of the fields that the entry says are kept beside it.
std::vector<std::string> detached_digests(const boost::json::object& entry);
// Puts them back; verification_failed when one is not there, malformed when it is no JSON.
Result<std::vector<DetachedField>> attach_all(boost::json::object& entry, const DetachedLookup& find);

}  // namespace seald
