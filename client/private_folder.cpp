#include "client/private_folder.hpp"

#include <stdlib.h>

#include <csignal>

namespace seald {
namespace {

namespace fs = std::filesystem;

constexpr int no_more = SIGUSR1;  // what tells the watch that the folder is gone

// Those that somebody had ignored (nohup) stay so.
sigset_t ending_signals() {
    sigset_t numbers;
    sigemptyset(&numbers);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
        struct sigaction now {};
        if (::sigaction(number, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) sigaddset(&numbers, number);
    }
    sigaddset(&numbers, no_more);
    return numbers;
}

// Somebody may write into it meanwhile: again, until there is nothing to write into.
void remove_for_good(const std::string& path) {
    std::error_code failed;
    for (int tries = 0; tries < 1000 && fs::exists(path, failed); ++tries) fs::remove_all(path, failed);
}

void watch(const sigset_t& numbers, const std::string& path) {
    int number = 0;
    if (::sigwait(&numbers, &number) != 0 || number == no_more) return;
    remove_for_good(path);
    ::pthread_sigmask(SIG_UNBLOCK, &numbers, nullptr);
    ::raise(number);  // which ends us, as it would have
}

}  // namespace

PrivateFolder::PrivateFolder() : path_((fs::temp_directory_path() / "sealctl-backup-XXXXXX").string()) {
    const sigset_t numbers = ending_signals();
    ::pthread_sigmask(SIG_BLOCK, &numbers, &before_);
    made_ = ::mkdtemp(path_.data()) != nullptr;
    watch_ = std::thread([numbers, path = path_] { watch(numbers, path); });
}

PrivateFolder::~PrivateFolder() {
    if (made_) remove_for_good(path_);
    ::pthread_kill(watch_.native_handle(), no_more);
    watch_.join();
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

Result<fs::path> PrivateFolder::path() const {
    if (made_) return fs::path(path_);
    return unavailable("cannot make a folder to unpack the backup in under " + fs::temp_directory_path().string() + ": set TMPDIR", false);
}

}  // namespace seald
