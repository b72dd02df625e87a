// Files and folders that this process and its children can never open again, by Landlock (Linux 5.13 and later).
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace seald {

// Landlock knows only what is allowed. So everything is, folder by folder, except the forbidden ones: a folder on the way to
// one of them cannot be listed or get new files, and what is in it now stays usable; where this user cannot list it, nothing
// in it is, which is said on stderr. `exception` may be read all the same.
// Empty when it holds, or where the kernel has no Landlock, which is said on stderr; otherwise what failed.
std::string forbid_paths(const std::vector<std::filesystem::path>& forbidden, const std::filesystem::path& exception);

}  // namespace seald
