// What several request bodies have in common.
#pragma once
#include <boost/json/array.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/model/application.hpp"

namespace seald::requests {

inline constexpr std::size_t max_name_bytes = 255;
inline constexpr std::size_t max_line_bytes = 500;
inline constexpr std::size_t max_text_bytes = 4000;

Result<std::vector<Document>> decode_documents(const boost::json::array& array);       // at least one
Result<std::string> only_text(std::string_view body, std::string_view field);  // of an object that holds nothing else

}  // namespace seald::requests
