// Times, and what half and 99 of 100 of them stay under.
#pragma once
#include <algorithm>
#include <chrono>
#include <vector>

namespace seald::bench {

using Stopwatch = std::chrono::steady_clock;

inline double milliseconds_since(Stopwatch::time_point start) {
    return std::chrono::duration<double, std::milli>(Stopwatch::now() - start).count();
}

inline double percentile(std::vector<double>& times, double part) {
    if (times.empty()) return 0;
    const auto at = times.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(times.size() - 1));
    std::ranges::nth_element(times, at);
    return *at;
}

}  // namespace seald::bench
