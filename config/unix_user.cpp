#include "config/unix_user.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <string>
#include <vector>

namespace seald {

namespace {

constexpr std::string_view allowed = "; allowed: a user name of this host, or a uid in digits";

bool is_number(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<uid_t> decode_uid(std::string_view digits) {
    uid_t uid = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), uid);
    const bool canonical = digits.size() == 1 || digits.front() != '0';
    // -1 means "nobody known" to the kernel, never a user.
    if (error != std::errc() || !canonical || uid == static_cast<uid_t>(-1)) {
        return unacceptable("not a uid" + std::string(allowed));
    }
    return uid;
}

}  // namespace

Result<uid_t> find_unix_user(std::string_view name_or_uid) {
    if (name_or_uid.empty()) return unacceptable("empty" + std::string(allowed));
    if (is_number(name_or_uid)) return decode_uid(name_or_uid);
    const std::string name(name_or_uid);
    passwd entry{};
    passwd* found = nullptr;
    std::vector<char> buffer(1024);
    int error = getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    while (error == ERANGE && buffer.size() < 1024 * 1024) {
        buffer.resize(buffer.size() * 2);
        error = getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    }
    if (found == nullptr) return unacceptable("there is no such user" + std::string(allowed));
    return entry.pw_uid;
}

Result<gid_t> find_unix_group(std::string_view name_or_gid) {
    if (!name_or_gid.empty() && is_number(name_or_gid)) return decode_uid(name_or_gid);
    const std::string name(name_or_gid);
    group entry{};
    group* found = nullptr;
    std::vector<char> buffer(64UL * 1024);
    int error = getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    while (error == ERANGE && buffer.size() < 16UL * 1024 * 1024) {
        buffer.resize(buffer.size() * 2);
        error = getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    }
    if (found == nullptr) return unacceptable("there is no such group; allowed: a group name of this host, or a gid in digits");
    return entry.gr_gid;
}

std::set<gid_t> groups_of_user(uid_t uid) {
    passwd entry{};
    passwd* found = nullptr;
    std::vector<char> buffer(16UL * 1024);
    if (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return {};
    int count = 64;
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    if (getgrouplist(entry.pw_name, entry.pw_gid, groups.data(), &count) < 0) {
        groups.resize(static_cast<std::size_t>(count));
        if (getgrouplist(entry.pw_name, entry.pw_gid, groups.data(), &count) < 0) return {};
    }
    return {groups.begin(), groups.begin() + count};
}

}  // namespace seald
