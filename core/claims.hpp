// Claims that approvals and proofs of use share: each is decoded into what it must be, or refused with its name.
#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "core/approval.hpp"

namespace seald::claims {

inline constexpr std::size_t max_id_bytes = 128;
inline constexpr std::size_t max_text_bytes = 2000;

// RFC 7519 section 4.1.3 allows one string or an array; a token for several daemons would count several times.
Result<std::string> decode_audience(const boost::json::object& claims);

struct Validity {
    Timestamp issued_at, not_before, expires_at;
};
Result<Validity> decode_validity(std::int64_t iat, std::optional<std::int64_t> nbf, std::int64_t exp);

// A text that may be absent; absent and empty are the same.
Result<std::string> decode_optional_text(const std::optional<std::string>& text, std::string_view what, std::size_t limit);
Result<std::optional<ApplicationNumber>> decode_application(const std::optional<std::string>& text);

Result<std::vector<ApprovedDocument>> decode_documents(const boost::json::array& values);  // 1 to max_documents
boost::json::array encode_documents(const std::vector<ApprovedDocument>& documents);

}  // namespace seald::claims
