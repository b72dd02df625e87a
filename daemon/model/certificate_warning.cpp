#include "daemon/model/certificate_warning.hpp"

namespace seald {

std::optional<seconds> warning_due(const Certificate& certificate, const std::vector<seconds>& before, Timestamp now) {
    const Timestamp end = certificate.not_after();
    if (now > end) return seconds(0);
    std::optional<seconds> due;
    for (const seconds each : before) {
        if (end - now > each || end - certificate.not_before() <= each) continue;
        if (!due || each < *due) due = each;
    }
    return due;
}

}  // namespace seald
