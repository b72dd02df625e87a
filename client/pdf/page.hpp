// A page as people see it: the visible part and how it is turned (ISO 32000-2 section 7.7.3.3).
#pragma once
#include <optional>
#include <string>

#include "client/pdf/source.hpp"

namespace seald::pdf {

struct Page {
    QPDFObjectHandle object;
    double left, bottom, width, height;  // of the visible part, in points, before it is turned
    int turned;                          // clockwise: 0 90 180 270

    double shown_width() const { return turned % 180 == 0 ? width : height; }
    double shown_height() const { return turned % 180 == 0 ? height : width; }
    // "[x1 y1 x2 y2]" in the page's own space of what is shown there; and what turns a drawing upright ("[a b c d 0 0]").
    std::string rectangle(double shown_left, double shown_bottom, double shown_width, double shown_height) const;
    std::string upright() const;
};

// From 1 on; the last one without a number. malformed: the page tree is broken; not_found: there is no such page.
Result<Page> find_page(Source& source, std::optional<unsigned> number);

std::string number_text(double value);  // "12.5", never with an exponent

}  // namespace seald::pdf
