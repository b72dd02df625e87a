// One instance, with its seal in force, for all tests of a suite: for tests that leave nothing behind for each other.
#pragma once
#include <gtest/gtest.h>

#include "tests/daemon/instance.hpp"

namespace seald::test {

class SharedInstance : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        instance = new Instance();
        instance->start();
        instance->unlock();
        instance->make_seal();
    }
    static void TearDownTestSuite() {
        delete instance;
        instance = nullptr;
    }
    static inline Instance* instance = nullptr;
};

}  // namespace seald::test
