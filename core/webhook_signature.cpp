#include "core/webhook_signature.hpp"

#include <fcntl.h>
#include <openssl/hmac.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "core/openssl.hpp"

namespace seald {
namespace {

constexpr std::string_view prefix = "whsec_";
constexpr std::size_t longest_text = 256;
constexpr std::size_t fewest_bytes = 24, most_bytes = 64;

Error unusable(const std::filesystem::path& file, const std::string& why) {
    return unacceptable("the webhook's secret " + file.string() + " cannot be used: " + why);
}

// systemd hands credentials out as mode 0440, with the group root and an ACL for the service's user.
Result<void> check_file(const std::filesystem::path& file, int descriptor, bool credential) {
    struct stat facts {};
    if (::fstat(descriptor, &facts) != 0) return unusable(file, std::strerror(errno));
    if (!S_ISREG(facts.st_mode)) return unusable(file, "it is not a regular file");
    const bool ours = facts.st_uid == ::geteuid() || facts.st_uid == 0 || ::geteuid() == 0;  // root checks what another will use
    if (!ours) return unusable(file, "it belongs to somebody else");
    const mode_t forbidden = credential ? S_IRWXO | S_IWGRP : S_IRWXO | S_IRWXG;
    if ((facts.st_mode & forbidden) != 0) return unusable(file, "others may read or write it: chmod 0600");
    return {};
}

Result<Secret> read_text(const std::filesystem::path& file, bool credential) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return unusable(file, std::strerror(errno));
    auto checked = check_file(file, descriptor, credential);
    std::vector<char> buffer(longest_text);
    const auto size = checked ? ::read(descriptor, buffer.data(), buffer.size()) : 0;
    ::close(descriptor);
    if (!checked) return checked.error();
    if (size < 0) return unusable(file, std::strerror(errno));
    std::size_t length = static_cast<std::size_t>(size);
    if (length > 0 && buffer[length - 1] == '\n') --length;
    buffer.resize(length);
    return Secret(std::move(buffer));
}

}  // namespace

Result<std::filesystem::path> find_webhook_secret(const WebhookSecretPlace& place) {
    if (!place.credential) return std::filesystem::path(place.argument);
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr || *folder == '\0')
        return unavailable("systemd gave no credential " + place.argument + ": LoadCredential= in the service's unit names it", false);
    return std::filesystem::path(folder) / place.argument;
}

Result<Secret> read_webhook_secret(const WebhookSecretPlace& place) {
    const auto file = find_webhook_secret(place);
    if (!file) return file.error();
    const auto text = read_text(*file, place.credential);
    if (!text) return text.error();
    const Error malformed_secret = unusable(*file, "it is not \"whsec_\" and the base64 of 24 to 64 random bytes: make it with "
                                                   "(printf whsec_; openssl rand -base64 32)");
    const std::string_view written(text->reveal().data(), text->size());
    if (!written.starts_with(prefix)) return malformed_secret;
    auto decoded = decode_base64(written.substr(prefix.size()));
    if (!decoded) return malformed_secret;
    Secret secret(std::vector<char>(decoded->begin(), decoded->end()));
    OPENSSL_cleanse(decoded->data(), decoded->size());
    if (secret.size() < fewest_bytes || secret.size() > most_bytes) return malformed_secret;
    return secret;
}

std::string sign_webhook(const Secret& secret, std::string_view id, std::int64_t unix_time, std::string_view body) {
    const std::string content = std::string(id) + "." + std::to_string(unix_time) + "." + std::string(body);
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned size = 0;
    const auto key = secret.reveal();
    const auto bytes = as_bytes(content);
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes.data(), bytes.size(), mac.data(), &size) == nullptr) throw_openssl("HMAC");
    return "v1," + encode_base64({mac.data(), size});
}

}  // namespace seald
