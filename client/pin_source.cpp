#include "client/pin_source.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "client/terminal.hpp"

namespace seald {
namespace {

struct ContextFree {
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};

// Byte by byte, so that nothing beyond the line is taken from a pipe and no buffer of stdio keeps a copy.
Result<Secret> read_pin_line(int descriptor, const std::string& name) {
    std::vector<char> line;
    line.reserve(max_pin_bytes + 1);
    char c = 0;
    ssize_t got = 0;
    while ((got = ::read(descriptor, &c, 1)) == 1 && c != '\n' && line.size() <= max_pin_bytes) line.push_back(c);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const bool too_long = line.size() > max_pin_bytes;
    Secret pin(std::move(line));
    if (got < 0) return unavailable("cannot read the PIN from " + name + ": " + std::strerror(errno), false);
    if (too_long)
        return malformed("the PIN in " + name + " is longer than " + std::to_string(max_pin_bytes) + " bytes");
    if (pin.empty()) return malformed("the PIN in " + name + " is empty, and an empty PIN is never sent to a token");
    return pin;
}

Result<void> check_private(int descriptor, const std::string& name) {
    struct stat facts = {};
    if (::fstat(descriptor, &facts) != 0) return unavailable("cannot look at " + name, false);
    if (!S_ISREG(facts.st_mode) && !S_ISFIFO(facts.st_mode)) return malformed(name + " is not a file");
    if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return refusal("pin-file-private", name + " can be read by others; make it private with chmod 600");
    }
    return {};
}

}  // namespace

Result<Secret> read_pin_file(const std::string& file) {
    if (file == "-") return read_pin_line(STDIN_FILENO, "standard input");
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0) return not_found("cannot read the PIN file " + file + ": " + std::strerror(errno));
    const auto is_private = check_private(descriptor, file);
    auto pin = is_private ? read_pin_line(descriptor, file) : Result<Secret>(is_private.error());
    ::close(descriptor);
    return pin;
}

Result<Secret> obtain_pin(const std::string& pin_file, const std::string& prompt) {
    return pin_file.empty() ? ask_secret(prompt) : read_pin_file(pin_file);
}

Result<Bytes> seal_pin(const Secret& pin, const PublicKey& token_process) {
    if (pin.empty()) return malformed("an empty PIN is never sent to a token");
    if (token_process.algorithm() != KeyAlgorithm::rsa_3072)
        return unacceptable("the token process's key is not RSA-3072");
    const std::unique_ptr<EVP_PKEY_CTX, ContextFree> context(EVP_PKEY_CTX_new(token_process.evp(), nullptr));
    const std::string secret_free_detail = "EVP_PKEY_encrypt with OAEP failed";
    if (!context || EVP_PKEY_encrypt_init(context.get()) <= 0 ||
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) <= 0 ||
        EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), EVP_sha256()) <= 0 ||
        EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), EVP_sha256()) <= 0) {
        ERR_clear_error();
        return internal_error(secret_free_detail);
    }
    const auto clear = as_bytes({pin.reveal().data(), pin.reveal().size()});
    std::size_t length = static_cast<std::size_t>(EVP_PKEY_get_size(token_process.evp()));
    Bytes sealed(length);
    if (EVP_PKEY_encrypt(context.get(), sealed.data(), &length, clear.data(), clear.size()) <= 0) {
        ERR_clear_error();
        return internal_error(secret_free_detail);
    }
    sealed.resize(length);
    return sealed;
}

}  // namespace seald
