#include "daemon/store/issuer_table.hpp"

#include "daemon/store/intent_table.hpp"
#include "sample_rows.hpp"

namespace seald::test {
namespace {

using namespace tables;

class IssuerTable : public TableTest {
  protected:
    IssuerTable() {
        for (std::uint64_t index = 1; index <= 3; ++index) {
            insert_intent(db, sample_intent(index, "r-" + std::to_string(index))).value();
            insert_issuer_use(db, oa, noon + std::chrono::hours(index), index).value();
        }
    }
    PersonId oa = PersonId::decode("oa").value();
    unsigned since(std::chrono::hours hours) { return count_issuer_uses(db, oa, noon + hours).value(); }
};

TEST_F(IssuerTable, CountsFromAMomentOn) {
    EXPECT_EQ(since(std::chrono::hours(0)), 3U);
    EXPECT_EQ(since(std::chrono::hours(2)), 2U) << "the moment itself included";
    EXPECT_EQ(since(std::chrono::hours(4)), 0U);
    EXPECT_EQ(count_issuer_uses(db, PersonId::decode("oa2").value(), noon).value(), 0U);
}

TEST_F(IssuerTable, WhatNoSignatureCameOfIsGivenBack) {
    finish_intent(db, 1, IntentState::failed, 11, {}).value();
    finish_intent(db, 2, IntentState::unknown, 12, {}).value();
    EXPECT_EQ(since(std::chrono::hours(0)), 2U);
}

TEST_F(IssuerTable, AUseIsOfAnIntentAndStays) {
    EXPECT_FALSE(insert_issuer_use(db, oa, noon, 9));
    EXPECT_FALSE(insert_issuer_use(db, oa, noon + std::chrono::hours(1), 1));
    EXPECT_FALSE(db.change("DELETE FROM issuer_use"));
}

}  // namespace
}  // namespace seald::test
