// Witnesses while the ledger's key is changed, and what exports owe them.
#include "tests/daemon/witness_host.hpp"

namespace seald::test {
namespace {

using testing::HasSubstr;

class WitnessesOfKeys : public Witnesses {};

TEST_F(WitnessesOfKeys, FollowAChangeOfTheLedgersKeyByItsProof) {
    WitnessHost a(instance, "a");
    instance.configure({.extra = "[[person]]\nid = \"sun.li\"\nname = \"孫麗\"\nunix_user = \"" + std::to_string(uid_of("sun.li")) +
                                 "\"\nroles = [\"administrator\"]\n" + a.configuration(),
                        .absent = {"sun.li"}});
    instance.start();
    ASSERT_TRUE(all_cosigned()) << instance.log();
    ASSERT_EQ(instance.sealctl("sun.li", {"ledger", "rotate-key", "--reason", "yearly change"}).exit_code, 0);
    instance.grow_ledger(1);
    EXPECT_TRUE(within_half_a_minute([&] { return std::string(state_of(0).at("problem").is_string() ? state_of(0).at("problem").as_string().c_str() : "").find("another key") != std::string::npos; }));
    a.stop();
    a.log = instance.write_file("ledger.vkey", instance.sealctl("li.na", {"ledger", "key"}).out);
    a.start();
    EXPECT_TRUE(a.said("entries cosigned so far"));
    ASSERT_TRUE(all_cosigned()) << instance.log();
    const auto verified = verify_ledger({&a});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
}

TEST_F(WitnessesOfKeys, CosignTheCheckpointThatAnExportIsUnder) {
    WitnessHost a(instance, "a");
    watched_by({&a});
    instance.start();
    instance.grow_ledger(3);
    const auto exported = (instance.desk() / "exported").string();
    const auto made = instance.sealctl("liu.yang", {"ledger", "export", exported});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    EXPECT_THAT(made.out, HasSubstr("cosigned by witness.example.org/a"));
    const auto verified = instance.sealctl("liu.yang", checked_for({&a}, {"ledger", "verify", exported}));
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
    // Of a period, whatever came after it: nothing is waited for. With the witness away, the newest is taken, and said to be it.
    a.stop();
    instance.grow_ledger(1);
    const auto period = instance.sealctl("liu.yang", {"ledger", "export", "--to", "2", (instance.desk() / "period").string()});
    EXPECT_THAT(period.out, HasSubstr("cosigned by witness.example.org/a"));
    const auto late = instance.sealctl("liu.yang", {"ledger", "export", (instance.desk() / "late").string()});
    EXPECT_THAT(late.out, HasSubstr("NOT COSIGNED"));
}

}  // namespace
}  // namespace seald::test
