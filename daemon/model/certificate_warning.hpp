// When to say that a certificate ends.
#pragma once
#include <optional>
#include <vector>

#include "core/certificate.hpp"

namespace seald {

// The warning that stands now: the shortest of `before` in which the end lies; 0 once it has ended; none while it is far off. One
// that is longer than the certificate is valid at all says nothing: whoever brought the certificate in knew.
std::optional<seconds> warning_due(const Certificate& certificate, const std::vector<seconds>& before, Timestamp now);

}  // namespace seald
