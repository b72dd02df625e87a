// seald-token: one process per token, started by seald with one end of a socketpair. It alone loads the vendor's
// library and holds the PIN; seald kills it when it must be sure that nothing is signed any more.
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "core/token_quirks.hpp"
#include "pkcs11/sandbox.hpp"
#include "pkcs11/worker.hpp"

namespace {

struct Options {
    int fd = -1;
    std::string module;
    seald::TokenSelector selector;
    unsigned sessions = 4;
    std::string pin = "none";
    seald::SandboxSettings sandbox;
    std::vector<std::string> quirks;
};

bool is_socket(int fd) {
    int type = 0;
    socklen_t size = sizeof type;
    return ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

int fail(const std::string& why) {
    std::fprintf(stderr, "seald-token: %s\n", why.c_str());
    return 2;
}

// Those of core/token_quirks.hpp that are this process's business; that the names are right, the daemon has checked.
seald::Quirks decode_quirks(const std::vector<std::string>& names) {
    seald::Quirks quirks;
    for (const auto& name : names) {
        const auto quirk = seald::find_quirk(name);
        quirks.no_slot_events |= quirk == seald::Quirk::no_slot_events;
        quirks.no_reinitialise |= quirk == seald::Quirk::no_reinitialise;
    }
    return quirks;
}

int run(Options options) {
    if (!is_socket(options.fd)) return fail("--fd is not a socket; seald-token is started by seald only");
    auto pin_source = seald::PinSource::decode(options.pin);
    if (!pin_source) return fail(pin_source.error().words);
    options.sandbox.pin_file = pin_source->file();
    if (const auto problem = seald::enter_sandbox(options.sandbox); !problem.empty()) return fail(problem);

    seald::Module module(options.module, decode_quirks(options.quirks));
    seald::SessionPool pool(module, options.sessions);
    seald::Control control(module, pool, std::move(options.selector), std::move(*pin_source));
    seald::Watch watch(control, module);
    seald::KeyDesk keys(module, pool);
    seald::Worker worker(options.fd, control, watch, keys);
    worker.serve(options.sessions);
    ::_exit(0);  // no destructors: threads may still be inside the module
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("seald's token process; started by seald, not by hand");
    app.add_option("--fd", options.fd, "this end of the socketpair")->required();
    app.add_option("--module", options.module, "the PKCS#11 module's absolute path")
        ->required()
        ->check(
            CLI::Validator([](std::string& path) { return path.starts_with('/') ? "" : "must be absolute"; }, "PATH"));
    auto* which = app.add_option_group("token", "exactly one of");
    which->add_option("--serial", options.selector.serial, "the token's serial number");
    which->add_option("--label", options.selector.label, "the token's label");
    which->require_option(1);
    app.add_option("--sessions", options.sessions, "signing sessions")->check(CLI::Range(1, 64));
    app.add_option("--pin", options.pin, "none, file:/PATH or credential:NAME");
    app.add_flag("--network", options.sandbox.network, "the token is reached over the network");
    app.add_option("--forbid", options.sandbox.forbidden, "a file or folder that is none of this process's business");
    app.add_option("--quirk", options.quirks, "what is known to be wrong with the module");
    CLI11_PARSE(app, argc, argv);
    try {
        return run(std::move(options));
    } catch (const std::exception& e) {
        return fail(e.what());
    }
}
