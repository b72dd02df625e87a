#include "pkcs11/sandbox.hpp"

#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "pkcs11/forbidden_paths.hpp"

namespace seald {
namespace {

using Filter = std::unique_ptr<void, decltype(&::seccomp_release)>;

constexpr int fchmodat2 = 452, setxattrat = 463, removexattrat = 466;  // newer than libseccomp's names, the same numbers everywhere

// Never needed to talk to a token, each a way to other programs, other processes or the kernel's insides; or to what a file
// may be opened by and how long it is, which Landlock does not cover by path (truncate(2) before Linux 6.2, the rest never). A
// descriptor's own stay: it cannot be had for what may not be opened, and SQLite and SoftHSM use them.
constexpr std::array refused_calls = {
    SCMP_SYS(execve),           SCMP_SYS(execveat),          SCMP_SYS(ptrace),          SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_getfd),      SCMP_SYS(kcmp),            SCMP_SYS(unshare),
    SCMP_SYS(setns),            SCMP_SYS(mount),             SCMP_SYS(umount2),         SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),           SCMP_SYS(open_tree),         SCMP_SYS(move_mount),      SCMP_SYS(fsopen),
    SCMP_SYS(bpf),              SCMP_SYS(perf_event_open),   SCMP_SYS(userfaultfd),     SCMP_SYS(io_uring_setup),
    SCMP_SYS(open_by_handle_at), SCMP_SYS(name_to_handle_at), SCMP_SYS(add_key),        SCMP_SYS(request_key),
    SCMP_SYS(keyctl),           SCMP_SYS(init_module),       SCMP_SYS(finit_module),    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),       SCMP_SYS(kexec_file_load),   SCMP_SYS(reboot),          SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),    SCMP_SYS(clock_adjtime),     SCMP_SYS(adjtimex),        SCMP_SYS(swapon),
    SCMP_SYS(swapoff),          SCMP_SYS(quotactl),          SCMP_SYS(acct),            SCMP_SYS(personality),
    SCMP_SYS(setuid),           SCMP_SYS(setgid),            SCMP_SYS(setresuid),       SCMP_SYS(setresgid),
    SCMP_SYS(setgroups),        SCMP_SYS(tkill),             SCMP_SYS(pidfd_send_signal), SCMP_SYS(truncate),
    SCMP_SYS(chmod),            SCMP_SYS(fchmodat),          fchmodat2,                 SCMP_SYS(chown),
    SCMP_SYS(lchown),           SCMP_SYS(fchownat),          SCMP_SYS(setxattr),        SCMP_SYS(lsetxattr),
    SCMP_SYS(removexattr),      SCMP_SYS(lremovexattr),      setxattrat,                removexattrat,
};

// Their first argument is a process: they are for this one alone. raise() and abort() come here as tgkill.
constexpr std::array calls_for_oneself = {SCMP_SYS(kill), SCMP_SYS(tgkill), SCMP_SYS(rt_sigqueueinfo), SCMP_SYS(rt_tgsigqueueinfo)};

std::string failed(const std::string& what, int error) { return what + ": " + std::strerror(error); }

// No core dump, no ptrace by the same user, no life after the daemon, nothing gained by starting a setuid program; a client
// that closes its socket is no reason to die.
std::string drop_privileges() {
    const rlimit none{0, 0};
    const bool dropped = ::setrlimit(RLIMIT_CORE, &none) == 0 && ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
                         ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 &&
                         ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::signal(SIGPIPE, SIG_IGN) != SIG_ERR;
    return dropped ? "" : failed("the process cannot be protected against dumps", errno);
}

// Refused calls fail with EPERM instead of killing: a library that probes for more than it needs goes on without.
int refuse(scmp_filter_ctx filter, int call) { return ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0); }

int refuse_sockets(scmp_filter_ctx filter, bool network) {
    constexpr std::uint32_t refuse_it = SCMP_ACT_ERRNO(EPERM);
    if (!network)  // AF_UNIX is the smart card service's
        return ::seccomp_rule_add(filter, refuse_it, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_NE, AF_UNIX, 0));
    for (const int family : {AF_NETLINK, AF_PACKET, AF_ALG, AF_VSOCK, AF_BLUETOOTH})
        if (const int error = ::seccomp_rule_add(filter, refuse_it, SCMP_SYS(socket), 1,
                                                 SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(family), 0)))
            return error;
    return 0;
}

// The same user's processes, the daemon among them, could be stopped by a signal, sent outright or by a file's news (SIGIO,
// or whatever signal is chosen instead of it), and choked by a limit.
int refuse_other_processes(scmp_filter_ctx filter) {
    constexpr std::uint32_t refuse_it = SCMP_ACT_ERRNO(EPERM);
    const auto own = static_cast<scmp_datum_t>(::getpid());
    for (const int call : calls_for_oneself)
        if (const int error = ::seccomp_rule_add(filter, refuse_it, call, 1, SCMP_A0(SCMP_CMP_NE, own, 0))) return error;
    constexpr std::array<std::pair<int, scmp_datum_t>, 4> commands{{{SCMP_SYS(fcntl), F_SETOWN}, {SCMP_SYS(fcntl), F_SETOWN_EX},
                                                                    {SCMP_SYS(ioctl), FIOSETOWN}, {SCMP_SYS(ioctl), SIOCSPGRP}}};
    for (const auto& [call, command] : commands)
        if (const int error = ::seccomp_rule_add(filter, refuse_it, call, 1, SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffU, command))) return error;
    return ::seccomp_rule_add(filter, refuse_it, SCMP_SYS(prlimit64), 1, SCMP_A0(SCMP_CMP_NE, 0, 0));  // 0: this process
}

std::string filter_calls(bool network) {
    // Calls in another architecture's numbering get libseccomp's default: death.
    const Filter filter(::seccomp_init(SCMP_ACT_ALLOW), &::seccomp_release);
    int error = filter ? refuse_sockets(filter.get(), network) : -ENOMEM;
    if (error == 0) error = refuse_other_processes(filter.get());
    for (const int call : refused_calls)
        if (error == 0) error = refuse(filter.get(), call);
    if (error == 0) error = ::seccomp_load(filter.get());
    return error == 0 ? "" : failed("the system call filter cannot be put on", -error);
}

}  // namespace

std::string enter_sandbox(const SandboxSettings& settings) {
    std::string problem = drop_privileges();
    if (problem.empty()) problem = forbid_paths(settings.forbidden, settings.pin_file);
    if (problem.empty()) problem = filter_calls(settings.network);
    return problem;
}

}  // namespace seald
