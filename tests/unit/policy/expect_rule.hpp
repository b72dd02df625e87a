// Says of a result that it was refused by a rule, with a code, in words for a person.
#pragma once
#include <gtest/gtest.h>

#include "core/error.hpp"

namespace seald::test {

template <class T>
void expect_rule(const Result<T>& result, std::string_view rule, ErrorCode code = ErrorCode::refused) {
    ASSERT_FALSE(result) << "permitted, but should be refused by " << rule;
    EXPECT_EQ(result.error().rule, rule) << result.error().message;
    EXPECT_EQ(result.error().code, code) << result.error().message;
    EXPECT_GT(result.error().message.size(), 10U);
}

}  // namespace seald::test
