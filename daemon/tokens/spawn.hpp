// Starting a program with one end of a socketpair as its descriptor 3, and nothing else of ours.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace seald {

struct TokenCommand {
    std::filesystem::path program;       // seald-token
    std::vector<std::string> arguments;  // without --fd
};

struct SpawnedProcess {
    pid_t pid = -1;
    int pidfd = -1;   // stays this process even when its number is used again
    int socket = -1;  // our end
};

// The caller owns both descriptors and must reap the process. The program may ask the kernel to die with the *thread*
// that calls this, so that has to be one that lives as long as the daemon.
Result<SpawnedProcess> spawn(const TokenCommand& command);
void kill_process(int pidfd);  // SIGKILL; nothing happens when it has ended already

}  // namespace seald
