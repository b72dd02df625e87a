#include "tests/support/tpm.hpp"

#include <unistd.h>

#include <cstdlib>

#include "tests/support/shell.hpp"

namespace seald::test {

namespace fs = std::filesystem;

std::string Tpm::module() { return SEALD_TPM2_PKCS11; }

Tpm::Tpm(std::optional<uid_t> owner) {
    for (const char* part : {"state", "store"}) fs::create_directory(folder() / part);
    const auto tcti = "swtpm:path=" + (folder() / "tpm.sock").string();
    ::setenv("TPM2_PKCS11_STORE", (folder() / "store").c_str(), 1);
    ::setenv("TPM2_PKCS11_TCTI", tcti.c_str(), 1);
    ::setenv("TPM2_PKCS11_LOG_LEVEL", "0", 1);
    ::setenv("TPM2TOOLS_TCTI", tcti.c_str(), 1);
    ::setenv("TSS2_LOG", "all+NONE", 1);
    power_on();
    make_token();
    if (owner) hand_over(*owner);
}

void Tpm::power_on() {
    const auto socket = (folder() / "tpm.sock").string();
    swtpm_ = std::make_unique<ChildProcess>(ChildProcess::Settings{
        .command = {SEALD_SWTPM, "socket", "--tpm2", "--tpmstate", "dir=" + (folder() / "state").string(), "--server",
                    "type=unixio,path=" + socket + ",mode=0666", "--ctrl",
                    "type=unixio,path=" + socket + ".ctrl,mode=0666", "--flags", "not-need-init,startup-clear"},
        .log = folder() / "log"});
    swtpm_->wait_until("the TPM answers",
                       [] { return std::system("tpm2_getcap properties-fixed >/dev/null 2>&1") == 0; });
}

void Tpm::power_off() {
    shell("tpm2_shutdown --clear");  // without it the TPM counts a wrong PIN
    swtpm_.reset();
    for (const char* socket : {"tpm.sock", "tpm.sock.ctrl"}) fs::remove(folder() / socket);
}

// With pkcs11-tool and not with tpm2_ptool, whose many clients fill a TPM that has no resource manager.
void Tpm::make_token() const {
    shell(
        "tpm2_dictionarylockout --setup-parameters --max-tries=1000 --recovery-time=86400 --lockout-recovery-time=10");
    const auto tool = "pkcs11-tool --module " + module();
    shell(tool + " --slot-index 0 --init-token --label " + label() + " --so-pin 12345678");
    shell(tool + " --token-label " + label() + " --login --login-type so --so-pin 12345678 --init-pin --pin " + pin());
}

void Tpm::hand_over(uid_t owner) const {
    if (::chown((folder() / "store").c_str(), owner, gid_t(-1)) != 0) throw std::runtime_error("chown");
    for (const auto& entry : fs::recursive_directory_iterator(folder() / "store")) {
        if (::lchown(entry.path().c_str(), owner, gid_t(-1)) != 0) throw std::runtime_error("lchown");
    }
}

int Tpm::wrong_pins() const {
    const auto properties = shell("tpm2_getcap properties-variable");
    const std::string field = "TPM2_PT_LOCKOUT_COUNTER:";
    return std::stoi(properties.substr(properties.find(field) + field.size()), nullptr, 16);
}

void Tpm::flush() const {
    for (const char* kind : {"--transient-object", "--loaded-session", "--saved-session"})
        shell(std::string("tpm2_flushcontext ") + kind);
}

}  // namespace seald::test
