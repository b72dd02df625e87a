#include "core/digest.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/running_digest.hpp"

namespace seald {
namespace {

constexpr std::size_t kBlock = 1024 * 1024;

class File {
  public:
    explicit File(int fd) : fd_(fd) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    int fd() const { return fd_; }

  private:
    int fd_;
};

// The system's own word for an errno is a constant; its sentence would depend on the locale.
Error file_error(const std::filesystem::path& file, int code) {
    if (code == ENOENT || code == ENOTDIR) return not_found("there is no file " + file.string());
    const char* name = ::strerrorname_np(code);
    return unavailable("cannot read " + file.string() + " (" + (name ? name : "unknown error") + ")", false);
}

}  // namespace

std::string_view to_string(DigestAlgorithm algorithm) {
    switch (algorithm) {
        case DigestAlgorithm::sha256:
            return "sha256";
        case DigestAlgorithm::sha384:
            return "sha384";
        case DigestAlgorithm::sha512:
            return "sha512";
    }
    return "";
}

Result<DigestAlgorithm> decode_digest_algorithm(std::string_view text) {
    for (auto algorithm : {DigestAlgorithm::sha256, DigestAlgorithm::sha384, DigestAlgorithm::sha512}) {
        if (text == to_string(algorithm)) return algorithm;
    }
    return unacceptable("digest algorithm is not one of sha256, sha384, sha512");
}

std::size_t digest_size(DigestAlgorithm algorithm) {
    switch (algorithm) {
        case DigestAlgorithm::sha256:
            return 32;
        case DigestAlgorithm::sha384:
            return 48;
        case DigestAlgorithm::sha512:
            return 64;
    }
    return 0;
}

Result<Digest> Digest::from_bytes(DigestAlgorithm algorithm, BytesView bytes) {
    std::size_t expected = digest_size(algorithm);
    if (bytes.size() != expected) {
        return unacceptable("a " + std::string(to_string(algorithm)) + " digest has " + std::to_string(expected) +
                            " bytes, not " + std::to_string(bytes.size()));
    }
    Digest digest;
    digest.algorithm_ = algorithm;
    std::copy(bytes.begin(), bytes.end(), digest.bytes_.begin());
    return digest;
}

Result<Digest> Digest::decode(std::string_view algorithm, std::string_view hex) {
    auto known = decode_digest_algorithm(algorithm);
    if (!known) return known.error();
    auto bytes = decode_hex(hex);
    if (!bytes) return malformed("digest is " + bytes.error().message);
    return from_bytes(*known, *bytes);
}

Digest Digest::of(DigestAlgorithm algorithm, BytesView content) {
    RunningDigest digest(algorithm);
    digest.add(content);
    return digest.finish();
}

Result<Digest> Digest::of_file(DigestAlgorithm algorithm, const std::filesystem::path& path) {
    // Non-blocking: opening a named pipe would otherwise wait for a writer; on regular files it changes nothing.
    File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (file.fd() < 0 || ::fstat(file.fd(), &status) != 0) return file_error(path, errno);
    if (!S_ISREG(status.st_mode)) return unacceptable(path.string() + " is not a regular file");
    RunningDigest digest(algorithm);
    Bytes block(kBlock);
    for (;;) {
        ssize_t got = ::read(file.fd(), block.data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return file_error(path, errno);
        if (got == 0) return digest.finish();
        digest.add({block.data(), static_cast<std::size_t>(got)});
    }
}

}  // namespace seald
