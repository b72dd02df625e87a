#include "core/secret.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>

namespace seald {
namespace {

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string_view> && !std::equality_comparable<Secret>);

std::vector<char> chars(std::string_view text) { return {text.begin(), text.end()}; }

std::string revealed(const Secret& secret) { return {secret.reveal().data(), secret.size()}; }

TEST(Secret, TakesTheVectorsOwnMemory) {
    auto content = chars("123456");
    const char* place = content.data();
    Secret secret(std::move(content));
    EXPECT_EQ(secret.reveal().data(), place);
    EXPECT_EQ(revealed(secret), "123456");
    EXPECT_TRUE(Secret().empty());
}

TEST(Secret, MovesWithoutLeavingACopy) {
    Secret from(chars("123456"));
    const char* place = from.reveal().data();
    Secret to(std::move(from));
    EXPECT_EQ(to.reveal().data(), place);
    EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
    Secret other(chars("x"));
    other = std::move(to);
    EXPECT_EQ(revealed(other), "123456");
}

// Freed memory may not be read in C++; the kernel reads it for us. The allocator keeps a block of this size mapped and
// overwrites only its first 16 bytes.
constexpr std::size_t kSize = 512;
constexpr std::size_t kAllocatorsOwn = 16;

using Address = std::uintptr_t;  // a pointer to freed memory may not even be copied

Address address_of(const char* place) { return reinterpret_cast<Address>(place); }

std::size_t count_in_memory(Address place, char wanted) {
    std::string bytes(kSize - kAllocatorsOwn, '\0');
    int memory = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    auto at = static_cast<off_t>(place + kAllocatorsOwn);
    EXPECT_EQ(::pread(memory, bytes.data(), bytes.size(), at), static_cast<ssize_t>(bytes.size()));
    ::close(memory);
    return static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), wanted));
}

#ifndef __SANITIZE_THREAD__  // whose own allocator writes over freed memory
TEST(Secret, MemoryOfAPlainVectorKeepsItsContentSoThatTheNextTestsMeanSomething) {
    auto plain = std::make_unique<std::vector<char>>(kSize, 'S');
    const Address place = address_of(plain->data());
    plain.reset();
    EXPECT_EQ(count_in_memory(place, 'S'), kSize - kAllocatorsOwn);
}
#endif

TEST(Secret, IsWipedWhenDestroyed) {
    auto secret = std::make_unique<Secret>(std::vector<char>(kSize, 'S'));
    const Address place = address_of(secret->reveal().data());
    secret.reset();
    EXPECT_EQ(count_in_memory(place, 'S'), 0U);
}

TEST(Secret, IsWipedWhenReplaced) {
    Secret secret(std::vector<char>(kSize, 'S'));
    const Address place = address_of(secret.reveal().data());
    secret = Secret(chars("other"));
    EXPECT_EQ(count_in_memory(place, 'S'), 0U);
    EXPECT_EQ(revealed(secret), "other");
}

TEST(Secret, WhatWasCutOffIsWipedToo) {
    std::vector<char> content(kSize, 'S');
    content.resize(4);
    auto secret = std::make_unique<Secret>(std::move(content));
    const Address place = address_of(secret->reveal().data());
    secret.reset();
    EXPECT_EQ(count_in_memory(place, 'S'), 0U);
}

}  // namespace
}  // namespace seald
