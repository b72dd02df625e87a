// Acts that wait for a second person, and what the database itself refuses, whatever code writes to it.
#include "daemon/store/act_table.hpp"

#include "sample_rows.hpp"

namespace seald::test {
namespace {

using namespace tables;

class ActTable : public TableTest {
  protected:
    PendingAct asked(DualAct kind, unsigned sequence = 1) {
        const auto number = ActNumber::make(2026, sequence);
        const ActWish wish{kind, seal_name(), "a test", {}};
        return {.number = number,
                .kind = kind,
                .seal = seal_name(),
                .statement = state_act(number, wish, sample_seal(), daemon_id, person("chen.jing"), noon),
                .reason = "a test",
                .asked_by = person("chen.jing"),
                .asked_at = noon,
                .expires_at = noon + act_patience};
    }
    Result<void> confirm(const PendingAct& act, const std::string& who, const std::string& id, std::uint64_t index) {
        return insert_confirmation(db, act.number, {person(who), id, "a.b.c", "PEM", noon}, index);
    }
};

TEST_F(ActTable, AnActComesBackWhole) {
    const auto act = asked(DualAct::resume);
    insert_act(db, act).value();
    confirm(act, "zhao.min", "c-1", 0).value();
    const auto found = find_act(db, act.number).value().value();
    EXPECT_EQ(found.statement, act.statement);
    EXPECT_EQ(found.kind, DualAct::resume);
    EXPECT_EQ(found.asked_by, act.asked_by);
    EXPECT_EQ(found.expires_at, act.expires_at);
    EXPECT_EQ(found.state, DualActState::waiting);
    ASSERT_EQ(found.confirmations.size(), 1u);
    EXPECT_EQ(found.confirmations[0].person, person("zhao.min"));
    EXPECT_EQ(found.confirmations[0].key, "PEM");
    EXPECT_EQ(next_act_number(db, 2026).value(), ActNumber::make(2026, 2));
}

TEST_F(ActTable, TheSameIsOpenOnce) {
    insert_act(db, asked(DualAct::resume)).value();
    const auto error = error_of(insert_act(db, asked(DualAct::resume, 2)));
    EXPECT_EQ(error.rule, "act-waiting");
    EXPECT_NE(error.message.find("P-2026-0001"), std::string::npos);
    EXPECT_TRUE(insert_act(db, asked(DualAct::cancel, 3)));
    set_act_state(db, ActNumber::make(2026, 1), DualActState::waiting, DualActState::declined, "no", noon).value();
    EXPECT_TRUE(insert_act(db, asked(DualAct::resume, 4)));
    EXPECT_EQ(open_acts_of(db, seal_name()).value().size(), 2u);
}

TEST_F(ActTable, NobodyConfirmsHisOwnNorTwiceNorWithAUsedConfirmation) {
    const auto act = asked(DualAct::destroy);
    insert_act(db, act).value();
    EXPECT_FALSE(confirm(act, "chen.jing", "c-0", 0));
    confirm(act, "zhao.min", "c-1", 1).value();
    EXPECT_EQ(error_of(confirm(act, "zhao.min", "c-2", 2)).rule, "confirmation-used");
    EXPECT_EQ(error_of(confirm(act, "sun.li", "c-1", 3)).rule, "confirmation-used");
}

TEST_F(ActTable, NothingIsCarriedOutBeforeEnoughPersonsConfirmedIt) {
    const auto act = asked(DualAct::destroy);
    insert_act(db, act).value();
    confirm(act, "zhao.min", "c-1", 0).value();
    EXPECT_FALSE(set_act_state(db, act.number, DualActState::waiting, DualActState::confirmed, "", noon)) << "one witness";
    confirm(act, "sun.li", "c-2", 1).value();
    EXPECT_TRUE(set_act_state(db, act.number, DualActState::waiting, DualActState::confirmed, "", noon));
    EXPECT_FALSE(db.change("UPDATE pending_act SET statement = '{}'")) << "what was signed stays what it is";
    EXPECT_FALSE(db.change("DELETE FROM act_confirmation"));
    EXPECT_TRUE(set_act_state(db, act.number, DualActState::confirmed, DualActState::done, "", noon));
    EXPECT_FALSE(db.change("UPDATE pending_act SET state = 'waiting', ended_at = NULL"));
}

TEST_F(ActTable, ASealIsUniqueInForceAndDestroyedOnlyAfterItWasCancelled) {
    auto twin = sample_seal("twin", {9});
    twin.title = sample_seal().title;
    EXPECT_EQ(error_of(insert_seal(db, twin)).rule, "seal-not-unique");
    EXPECT_FALSE(db.change("UPDATE seal SET state = 'destroyed' WHERE name = 'contract'"));
    EXPECT_TRUE(db.change("UPDATE seal SET state = 'cancelled' WHERE name = 'contract'"));
    EXPECT_FALSE(db.change("UPDATE seal SET state = 'in-force' WHERE name = 'contract'"));
    EXPECT_TRUE(db.change("UPDATE seal SET state = 'destroyed' WHERE name = 'contract'"));
}

}  // namespace
}  // namespace seald::test
