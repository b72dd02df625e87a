// What the token process gives up before it loads a vendor's library, so that a hole in that library opens little: it puts
// this on itself, so it holds without systemd too. No program can be started, no network be used (unless the token is
// reached over one), no file be touched that is forbidden, and none of it can be taken off again.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace seald {

struct SandboxSettings {
    bool network = false;                          // AF_INET and AF_INET6 sockets; for tokens behind TCP
    std::vector<std::filesystem::path> forbidden;  // files and folders: the ledger, other tokens' PINs, the TLS key
    std::filesystem::path pin_file;                // may be read even inside a forbidden folder; empty: none
};

// Must run before there are threads. Empty when the sandbox holds, otherwise what failed; then nothing may go on.
std::string enter_sandbox(const SandboxSettings& settings);

}  // namespace seald
