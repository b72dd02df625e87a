// Is this SVG a drawing and nothing more? A seal's picture is shown in browsers and put into documents: one that runs scripts, or
// fetches something from elsewhere, is refused, and so is whatever is not known to be a drawing.
#pragma once
#include <string_view>

#include "core/error.hpp"

namespace seald {

Result<void> check_svg(std::string_view text);  // unacceptable, naming the element or attribute

}  // namespace seald
