#include "pkcs11/forbidden_paths.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

namespace seald {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t truncate_file = 1ULL << 14;  // LANDLOCK_ACCESS_FS_TRUNCATE, newer than Debian 12's header
constexpr std::uint64_t on_files = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | truncate_file;

// glibc has no wrappers. LANDLOCK_ACCESS_FS_EXECUTE is handled and never granted: no program is started from anywhere.
std::uint64_t handled_by(long version) {
    std::uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    if (version >= 2) rights |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3) rights |= truncate_file;
    return rights;
}

class Ruleset {
  public:
    explicit Ruleset(std::uint64_t handled) : handled_(handled) {
        landlock_ruleset_attr attributes{};
        attributes.handled_access_fs = handled;
        descriptor_ = static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0));
    }
    ~Ruleset() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    Ruleset(const Ruleset&) = delete;
    Ruleset& operator=(const Ruleset&) = delete;

    // What cannot be opened now is not there or not ours to open, and stays shut.
    void allow(const fs::path& path, std::uint64_t rights) const {
        const int at = ::open(path.c_str(), O_PATH | O_CLOEXEC);
        struct stat facts {};
        if (at < 0) return;
        landlock_path_beneath_attr rule{};
        rule.parent_fd = at;
        rule.allowed_access = rights & handled_ & ~std::uint64_t{LANDLOCK_ACCESS_FS_EXECUTE};
        if (::fstat(at, &facts) == 0 && !S_ISDIR(facts.st_mode)) rule.allowed_access &= on_files;
        ::syscall(SYS_landlock_add_rule, descriptor_, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
        ::close(at);
    }
    bool enter() const { return descriptor_ >= 0 && ::syscall(SYS_landlock_restrict_self, descriptor_, 0) == 0; }

  private:
    std::uint64_t handled_;
    int descriptor_ = -1;
};

bool is_on_the_way(const fs::path& folder, const fs::path& forbidden) {
    return std::mismatch(folder.begin(), folder.end(), forbidden.begin(), forbidden.end()).first == folder.end();
}

// Otherwise the token is not found, and nobody knows why. stderr reaches the journal.
void say_it_stays_shut(const fs::path& folder, const std::error_code& why) {
    const std::string line = "seald-token: " + folder.string() + " cannot be listed by this user (" + why.message() +
                             "), so nothing in it can be opened: if the token's files are there, let this user list it\n";
    std::fputs(line.c_str(), stderr);
}

void allow_all_but(const std::vector<fs::path>& forbidden, const fs::path& here, const Ruleset& ruleset) {
    if (std::ranges::find(forbidden, here) != forbidden.end()) return;
    const auto leads_there = [&here](const fs::path& path) { return is_on_the_way(here, path); };
    if (std::ranges::none_of(forbidden, leads_there)) return ruleset.allow(here, ~std::uint64_t{0});
    std::error_code unreadable, gone;
    for (fs::directory_iterator at(here, unreadable), end; !unreadable && at != end; at.increment(unreadable))
        if (!at->is_symlink(gone)) allow_all_but(forbidden, at->path(), ruleset);  // where a link leads has its own rule
    if (unreadable) say_it_stays_shut(here, unreadable);
}

// A rule is about the file, by whatever path it is reached. Empty when all were found, otherwise which was not: a path that
// is not known would forbid nothing.
std::string find_real_paths(const std::vector<fs::path>& forbidden, std::vector<fs::path>& real) {
    for (const auto& path : forbidden) {
        std::error_code unknown;
        real.push_back(fs::weakly_canonical(path, unknown));
        if (unknown || real.back().empty())
            return "the path " + path.string() + " cannot be forbidden: " + (unknown ? unknown.message() : "it is empty");
    }
    return {};
}

}  // namespace

std::string forbid_paths(const std::vector<fs::path>& forbidden, const fs::path& exception) {
    const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1) {
        std::fputs("seald-token: this kernel has no Landlock: files are protected by their modes alone\n", stderr);
        return {};
    }
    std::vector<fs::path> real;
    if (auto problem = find_real_paths(forbidden, real); !problem.empty()) return problem;
    const Ruleset ruleset(handled_by(version));
    allow_all_but(real, "/", ruleset);
    if (!exception.empty()) ruleset.allow(exception, LANDLOCK_ACCESS_FS_READ_FILE);
    if (ruleset.enter()) return {};
    return std::string("files cannot be forbidden: ") + std::strerror(errno);
}

}  // namespace seald
