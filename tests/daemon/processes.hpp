// Starting programs as other users, and reading what they say.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace seald::test {

[[noreturn]] void fail(const std::string& what);
std::string read_all(int descriptor);
std::string read_file(const std::filesystem::path& file);
void give_to(const std::filesystem::path& path, uid_t uid, mode_t mode);
void become(uid_t uid);  // in a child, before exec: that person, and nothing of root's
std::vector<char*> pointers(std::vector<std::string>& texts);  // as exec wants them

}  // namespace seald::test
