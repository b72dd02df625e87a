#include "daemon/store/proof_table.hpp"

#include "sample_rows.hpp"

namespace seald::test {
namespace {

using ProofTable = TableTest;

TEST_F(ProofTable, AProofIsUsedOnceForEver) {
    const PersonId li_na = PersonId::decode("li.na").value();
    tables::spend_proof(db, li_na, "jti-1", noon).value();
    const auto again = tables::spend_proof(db, li_na, "jti-1", noon + std::chrono::hours(1000));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().rule, "proof-used");
    EXPECT_EQ(again.error().code, ErrorCode::conflict);
    EXPECT_TRUE(tables::spend_proof(db, li_na, "jti-2", noon));
    EXPECT_TRUE(tables::spend_proof(db, PersonId::decode("erp").value(), "jti-1", noon)) << "ids are each caller's own";
    EXPECT_FALSE(db.change("DELETE FROM use_proof"));
}

}  // namespace
}  // namespace seald::test
