#include "daemon/server/descriptor_budget.hpp"

#include <sys/resource.h>

namespace seald {
namespace {

constexpr std::size_t per_connection = 2;  // its socket, and the file of the document it brings or fetches
constexpr std::size_t turned_away = 64;    // at once, each with its reason
constexpr std::size_t per_token = 4;       // its socket and pidfd, twice while one process follows another
constexpr std::size_t own = 64;            // database, logs, listeners, and some room

}  // namespace

std::size_t descriptors_needed(const ServerLimits& limits, std::size_t tokens) {
    return limits.connections * per_connection + most_handshaking(limits) + turned_away + tokens * per_token + own;
}

Result<void> budget_descriptors(const ServerLimits& limits, std::size_t tokens) {
    const rlim_t needed = descriptors_needed(limits, tokens);
    rlimit allowed{};
    if (::getrlimit(RLIMIT_NOFILE, &allowed) != 0) return internal_error("getrlimit");
    if (allowed.rlim_cur >= needed) return {};
    allowed.rlim_cur = needed;
    if (allowed.rlim_max >= needed && ::setrlimit(RLIMIT_NOFILE, &allowed) == 0) return {};
    return unavailable("the daemon needs " + std::to_string(needed) + " file descriptors and may have " +
                           std::to_string(allowed.rlim_max) + ": raise LimitNOFILE= of seald.service, or ulimit -n", false);
}

}  // namespace seald
