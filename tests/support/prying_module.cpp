// A PKCS#11 module that does what a hole in a vendor's library would let an attacker do, writes down how far it got, and is
// SoftHSM otherwise. SEALD_PRY_REPORT: where to; SEALD_PRY_FILES: what to open, separated by ':'.
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <p11-kit/pkcs11.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

namespace {

std::string outcome(bool done) { return done ? "done" : std::strerror(errno); }

std::string open_socket(int family, int type) {
    const int made = ::socket(family, type | SOCK_CLOEXEC, 0);
    const auto words = outcome(made >= 0);
    if (made >= 0) ::close(made);
    return words;
}

// In a child, since a success would replace this process; the child tells by its exit status which errno it met.
std::string start_program() {
    const pid_t child = ::fork();
    if (child == 0) {
        ::execl("/bin/true", "/bin/true", static_cast<char*>(nullptr));
        ::_exit(errno);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    errno = WEXITSTATUS(status);
    return outcome(errno == 0);
}

std::string open_file(const std::string& path, int flags) {
    const int file = ::open(path.c_str(), flags | O_CLOEXEC);
    const auto words = outcome(file >= 0);
    if (file >= 0) ::close(file);
    return words;
}

// Signal 0 is sent to nobody, and refused to whom another may not be sent.
std::string signal_process(pid_t process) { return outcome(::kill(process, 0) == 0); }

std::string signal_by_socket() {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    int owner = ::getppid();
    const std::string words = outcome(::ioctl(fd, FIOSETOWN, &owner) == 0);
    ::close(fd);
    return words;
}

void pry() {
    const char* report = std::getenv("SEALD_PRY_REPORT");
    const char* files = std::getenv("SEALD_PRY_FILES");
    if (report == nullptr || files == nullptr) return;
    std::ofstream out(report, std::ios::app);
    out << "inet: " << open_socket(AF_INET, SOCK_STREAM) << "\ninet6: " << open_socket(AF_INET6, SOCK_DGRAM)
        << "\nnetlink: " << open_socket(AF_NETLINK, SOCK_RAW) << "\nunix: " << open_socket(AF_UNIX, SOCK_STREAM)
        << "\nexec: " << start_program() << "\nno_new_privs: " << ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)
        << "\ndumpable: " << ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) << "\nkill daemon: " << signal_process(::getppid()) << "\nkill all: " << signal_process(-1)
        << "\ntgkill daemon: " << outcome(::syscall(SYS_tgkill, ::getppid(), ::getppid(), 0) == 0)
        << "\nlimit daemon: " << outcome(::prlimit(::getppid(), RLIMIT_NOFILE, nullptr, nullptr) == 0)
        << "\nsignal by a socket: " << signal_by_socket()
        << "\nsignal by a file: " << outcome(::fcntl(STDERR_FILENO, F_SETOWN, ::getppid()) == 0)
        << "\nkill itself: " << signal_process(::getpid()) << "\nraise: " << outcome(::raise(SIGCONT) == 0) << "\n";
    std::istringstream list(files);
    for (std::string path; std::getline(list, path, ':');)
        out << "read " << path << ": " << open_file(path, O_RDONLY) << "\nwrite " << path << ": " << open_file(path, O_WRONLY)
            << "\ntruncate " << path << ": " << outcome(::truncate(path.c_str(), 0) == 0)
            << "\nchmod " << path << ": " << outcome(::chmod(path.c_str(), 0666) == 0) << "\n";
    out << "end" << std::endl;
}

}  // namespace

extern "C" CK_RV C_GetFunctionList(CK_FUNCTION_LIST** list) {
    pry();
    void* real = ::dlopen(std::getenv("SEALD_FAULTY_MODULE"), RTLD_NOW | RTLD_LOCAL);
    if (real == nullptr) return CKR_GENERAL_ERROR;
    auto* get_list = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(real, "C_GetFunctionList"));
    return get_list == nullptr ? CKR_GENERAL_ERROR : get_list(list);
}
