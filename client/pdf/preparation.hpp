// Makes a PDF ready to be sealed: its bytes, then an update with a signature field (ISO 32000-2 section 12.7.5.5) whose value
// is still empty, and the seal on the page where that is wanted. What is prepared is what is looked at, approved and signed.
#pragma once
#include <optional>

#include "client/pdf/covered.hpp"
#include "client/pdf/source.hpp"
#include "core/picture.hpp"
#include "core/time.hpp"

namespace seald::pdf {

struct Place {                          // on the page as it is shown
    std::optional<unsigned> page;       // from 1 on; none: the last one
    std::optional<std::pair<double, double>> corner;  // mm from the left and the lower edge to the seal's; none: lower right
    double width = 40;                  // mm; the height follows from the picture
};

struct Wish {
    std::string title;                  // of the seal, as viewers show the signer's name
    std::string purpose;                // as viewers show the reason
    Timestamp time;
    std::optional<Picture> picture;     // none: nothing is seen on the page
    Place place;
};

// refused, malformed: see Source, or it is prepared already; not_found: no such page; unacceptable: the picture, or it would not fit on the page.
Result<Prepared> prepare(Source& source, const Wish& wish);

}  // namespace seald::pdf
