#include "core/secret.hpp"

#include <openssl/crypto.h>
#include <sys/mman.h>

#include <utility>

namespace seald {

// mlock is best effort: where RLIMIT_MEMLOCK is exhausted a secret is still better in memory than refused.
// There is no munlock: locks do not nest, and a neighbour on the same page may be another secret.
Secret::Secret(std::vector<char> content) : content_(std::move(content)) {
    if (content_.capacity() > 0) static_cast<void>(::mlock(content_.data(), content_.capacity()));
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe();
        content_ = std::move(other.content_);
    }
    return *this;
}

Secret::~Secret() { wipe(); }

void Secret::wipe() noexcept {
    // What was read and then cut off (a newline, a longer earlier value) lies between size and capacity.
    content_.resize(content_.capacity());
    OPENSSL_cleanse(content_.data(), content_.size());
    content_.clear();
}

}  // namespace seald
