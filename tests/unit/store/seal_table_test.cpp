#include "daemon/store/seal_table.hpp"

#include "sample_rows.hpp"

namespace seald::test {
namespace {

using namespace tables;

class SealTable : public TableTest {};

TEST_F(SealTable, ASealComesBackWhole) {
    const auto seal = find_seal(db, seal_name()).value().value();
    const auto expected = sample_seal();
    EXPECT_EQ(seal.name, expected.name);
    EXPECT_EQ(seal.kind, expected.kind);
    EXPECT_EQ(seal.title, expected.title);
    EXPECT_EQ(seal.owner, expected.owner);
    EXPECT_EQ(seal.custodian, expected.custodian);
    EXPECT_EQ(seal.token, expected.token);
    EXPECT_EQ(seal.token_serial, expected.token_serial);
    EXPECT_EQ(seal.algorithm, expected.algorithm);
    EXPECT_EQ(seal.key_id, expected.key_id);
    EXPECT_EQ(seal.public_key, expected.public_key);
    EXPECT_EQ(seal.state, expected.state);
    EXPECT_EQ(seal.epoch, expected.epoch);
    EXPECT_EQ(seal.certificate.value().to_der(), expected.certificate.value().to_der());
    EXPECT_EQ(seal.chain.size(), 2U);
    EXPECT_EQ(seal.filing.value().number, "110108-2026-77");
    EXPECT_EQ(seal.filing.value().date, "2026-11-20");
    EXPECT_EQ(seal.made_at, noon);
}

TEST_F(SealTable, WhatASealDoesNotHaveStaysAbsent) {
    auto seal = sample_seal("bare", {2});
    seal.state = SealState::made;
    seal.certificate.reset();
    seal.filing.reset();
    seal.chain.clear();
    insert_seal(db, seal).value();
    const auto found = find_seal(db, seal.name).value().value();
    EXPECT_FALSE(found.certificate);
    EXPECT_FALSE(found.filing);
    EXPECT_TRUE(found.chain.empty());
    EXPECT_EQ(find_seal(db, seal_name("nobody")).value(), std::nullopt);
}

TEST_F(SealTable, ANameIsUsedOnce) {
    EXPECT_EQ(error_of(insert_seal(db, sample_seal("contract", {2}))).rule, "seal-name-taken");
}

TEST_F(SealTable, AKeyIsOneSeal) { EXPECT_EQ(error_of(insert_seal(db, sample_seal("other"))).rule, "seal-key-taken"); }

TEST_F(SealTable, SealsAreListedByName) {
    insert_seal(db, sample_seal("a", {2})).value();
    const auto seals = list_seals(db).value();
    ASSERT_EQ(seals.size(), 2U);
    EXPECT_EQ(seals[0].name, seal_name("a"));
    EXPECT_EQ(seals[1].chain.size(), 2U);
}

TEST_F(SealTable, AChangeIsWrittenWhole) {
    auto seal = sample_seal();
    seal.state = SealState::suspended;
    seal.epoch = 4;
    seal.reason = "key left on a train";
    seal.chain.pop_back();
    update_seal(db, seal, SealState::in_force, 3).value();
    const auto found = find_seal(db, seal.name).value().value();
    EXPECT_EQ(found.state, SealState::suspended);
    EXPECT_EQ(found.reason, seal.reason);
    EXPECT_EQ(found.chain.size(), 1U);
    const auto standing = find_standing(db, seal.name).value().value();
    EXPECT_EQ(standing.state, SealState::suspended);
    EXPECT_EQ(standing.epoch, 4U);
}

TEST_F(SealTable, AChangeOfWhatIsNoLongerThereIsRefused) {
    const auto seal = sample_seal();
    EXPECT_EQ(error_of(update_seal(db, seal, SealState::suspended, 3)).rule, "seal-changed");
    EXPECT_EQ(error_of(update_seal(db, seal, SealState::in_force, 2)).rule, "seal-changed");
    EXPECT_EQ(error_of(update_seal(db, sample_seal("nobody", {2}), SealState::in_force, 3)).rule, "seal-changed");
}

TEST_F(SealTable, TheEpochNeverGoesBack) {
    auto seal = sample_seal();
    seal.epoch = 2;
    EXPECT_EQ(error_of(update_seal(db, seal, SealState::in_force, 3)).rule, "store-rule");
}

TEST_F(SealTable, NoSealIsInForceWithoutACertificate) {
    auto seal = sample_seal("bare", {2});
    seal.certificate.reset();
    EXPECT_EQ(error_of(insert_seal(db, seal)).rule, "store-rule");
}

TEST_F(SealTable, ACancelledSealNeverComesBack) {
    auto seal = sample_seal();
    seal.state = SealState::cancelled;
    update_seal(db, seal, SealState::in_force, 3).value();
    seal.state = SealState::in_force;
    EXPECT_EQ(error_of(update_seal(db, seal, SealState::cancelled, 3)).rule, "store-rule");
    EXPECT_EQ(error_of(db.change("DELETE FROM seal")).rule, "store-rule");
}

TEST_F(SealTable, AnEditedRowIsDamageNotASeal) {
    db.run_script("PRAGMA ignore_check_constraints = ON; UPDATE seal SET kind = 'whatever'").value();
    EXPECT_EQ(error_of(find_seal(db, seal_name())).code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace seald::test
