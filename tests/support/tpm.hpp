// A software TPM (swtpm) with a tpm2-pkcs11 token on it, talked to over a Unix socket. Sets TPM2_PKCS11_STORE and
// TPM2_PKCS11_TCTI for this process and all it starts, so one at a time. Takes 1000 wrong PINs before it locks itself.
#pragma once
#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>

#include "tests/support/child_process.hpp"
#include "tests/support/temporary_folder.hpp"

namespace seald::test {

class Tpm {
  public:
    // `owner`: the user that the daemon under test runs as; the token's store is handed to it.
    explicit Tpm(std::optional<uid_t> owner = std::nullopt);

    static std::string module();
    static std::string label() { return "tpm-seal"; }
    static std::string pin() { return "1234"; }
    std::filesystem::path folder() const { return folder_.path(); }

    // An orderly shutdown, after which nothing answers; and power again. What is on the token stays.
    void power_off();
    void power_on();
    // As the TPM itself counts them.
    int wrong_pins() const;
    // What a killed client has left in the TPM. On a real machine the kernel's resource manager (/dev/tpmrm0) does
    // this when the client's descriptor closes; swtpm has none, and three objects fill it.
    void flush() const;

  private:
    void make_token() const;
    void hand_over(uid_t owner) const;

    TemporaryFolder folder_{"seald-tpm"};
    std::unique_ptr<ChildProcess> swtpm_;
};

}  // namespace seald::test
