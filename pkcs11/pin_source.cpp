#include "pkcs11/pin_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace seald {
namespace {

using token_protocol::Failure;

constexpr std::size_t max_pin_bytes = 255;

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

  private:
    int fd_;
};

TokenError unusable(const std::string& path, const std::string& why) {
    return refused(Failure::pin_rejected, "the PIN source " + path + " cannot be used: " + why);
}

Outcome<void> check_file(const std::string& path, int fd, mode_t forbidden) {
    struct stat facts {};
    if (::fstat(fd, &facts) != 0) return unusable(path, std::strerror(errno));
    if (!S_ISREG(facts.st_mode)) return unusable(path, "it is not a regular file");
    if (facts.st_uid != ::geteuid() && facts.st_uid != 0) return unusable(path, "it belongs to somebody else");
    if ((facts.st_mode & forbidden) != 0) return unusable(path, "others may read or write it: chmod 0600");
    return {};
}

Outcome<Secret> read_pin(const std::string& path, mode_t forbidden) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0) return unusable(path, std::strerror(errno));
    if (auto checked = check_file(path, file.get(), forbidden); !checked) return checked.error();

    std::vector<char> buffer(max_pin_bytes + 1);
    std::size_t size = 0;
    while (size < buffer.size()) {
        const auto got = ::read(file.get(), buffer.data() + size, buffer.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return unusable(path, std::strerror(errno));
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    buffer.resize(size);
    Secret pin(std::move(buffer));  // from here on it is wiped, whatever happens
    if (pin.empty()) return unusable(path, "it is empty");
    if (pin.size() > max_pin_bytes) return unusable(path, "it is longer than 255 bytes");
    if (pin.reveal().back() == '\n') {
        return unusable(path, "it ends with a newline, which would be part of the PIN: write it with printf '%s'");
    }
    return pin;
}

}  // namespace

Outcome<PinSource> PinSource::decode(std::string_view text) {
    constexpr std::string_view file = "file:", credential = "credential:";
    if (text == "none") return PinSource(Kind::none, {});
    if (text.starts_with(file) && text.substr(file.size()).starts_with('/')) {
        return PinSource(Kind::file, std::string(text.substr(file.size())));
    }
    const auto name = text.substr(std::min(credential.size(), text.size()));
    // systemd.exec(5): a credential's name is a valid file name.
    if (text.starts_with(credential) && !name.empty() && name.find('/') == name.npos && !name.starts_with('.')) {
        return PinSource(Kind::credential, std::string(name));
    }
    return refused(Failure::bad_request, "a PIN source is none, file:/PATH or credential:NAME");
}

std::string PinSource::file() const {
    if (kind_ == Kind::none) return {};
    if (kind_ == Kind::file) return argument_;
    const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
    return directory == nullptr || *directory != '/' ? "" : std::string(directory) + "/" + argument_;
}

Outcome<Secret> PinSource::read() const {
    switch (kind_) {
        case Kind::none:
            return refused(Failure::pin_rejected, "no PIN source is configured: a person must unlock the token");
        case Kind::file:
            return read_pin(argument_, S_IRWXG | S_IRWXO);
        case Kind::credential:
            break;
    }
    if (file().empty()) return unusable(argument_, "systemd gave this service no credentials (CREDENTIALS_DIRECTORY)");
    // systemd grants the service's user access by an ACL, whose mask shows as the group's read bit.
    return read_pin(file(), S_IWGRP | S_IXGRP | S_IRWXO);
}

}  // namespace seald
