// A seal's picture (印模) as a PDF draws it: what the page says shines through it.
#pragma once
#include "client/pdf/page.hpp"
#include "client/pdf/update.hpp"
#include "core/picture.hpp"

namespace seald::pdf {

struct Pixels {
    unsigned width = 0, height = 0;
    std::string colours;  // RGB, 8 bits each
    std::string opacity;  // 8 bits each
};
Result<Pixels> decode_png(const Picture& picture);  // unacceptable: no PNG, or broken

// Adds the form XObject (ISO 32000-2 section 8.10) for the widget's appearance, of that size in points; its number.
int add_drawing(Update& update, const Pixels& pixels, const Page& page, double width, double height);

}  // namespace seald::pdf
