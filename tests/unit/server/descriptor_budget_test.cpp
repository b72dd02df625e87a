#include "daemon/server/descriptor_budget.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

TEST(DescriptorBudget, HasTwoForEachConnectionSinceItMayBringADocument) {
    ServerLimits limits, more = limits;
    ++more.connections;
    EXPECT_EQ(descriptors_needed(more, 1) - descriptors_needed(limits, 1), 2u);
}

TEST(DescriptorBudget, GrowsWithHandshakesAndTokensAndFitsWhatTheServiceMayHave) {
    ServerLimits limits, more = limits;
    ++more.handshakes;
    EXPECT_EQ(descriptors_needed(more, 1) - descriptors_needed(limits, 1), 2u) << "and one that waits for the server's key";
    EXPECT_EQ(descriptors_needed(limits, 2) - descriptors_needed(limits, 1), 4u);
    EXPECT_LE(descriptors_needed(limits, 16), 4096u);  // LimitNOFILE= of seald.service
}

}  // namespace
}  // namespace seald
