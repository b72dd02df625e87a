#include <gtest/gtest.h>

#include "tests/unit/model/real_seal.hpp"

namespace seald {
namespace {

using std::chrono::milliseconds;
using test::at;

constexpr SealState all_states[] = {SealState::made, SealState::filed,     SealState::in_force, SealState::suspended,
                                    SealState::lost, SealState::cancelled, SealState::destroyed};
constexpr SealAct all_acts[] = {SealAct::file, SealAct::activate, SealAct::suspend, SealAct::resume, SealAct::lose, SealAct::cancel, SealAct::destroy};

TEST(SealLife, FourteenMovesAreAllowedAndNoOthers) {
    const std::map<std::pair<SealState, SealAct>, SealState> allowed = {
        {{SealState::made, SealAct::file}, SealState::filed},
        {{SealState::filed, SealAct::activate}, SealState::in_force},
        {{SealState::in_force, SealAct::suspend}, SealState::suspended},
        {{SealState::suspended, SealAct::resume}, SealState::in_force},
        {{SealState::made, SealAct::lose}, SealState::lost},
        {{SealState::filed, SealAct::lose}, SealState::lost},
        {{SealState::in_force, SealAct::lose}, SealState::lost},
        {{SealState::suspended, SealAct::lose}, SealState::lost},
        {{SealState::made, SealAct::cancel}, SealState::cancelled},
        {{SealState::filed, SealAct::cancel}, SealState::cancelled},
        {{SealState::in_force, SealAct::cancel}, SealState::cancelled},
        {{SealState::suspended, SealAct::cancel}, SealState::cancelled},
        {{SealState::lost, SealAct::cancel}, SealState::cancelled},
        {{SealState::cancelled, SealAct::destroy}, SealState::destroyed},
    };
    for (const SealState from : all_states) {
        for (const SealAct act : all_acts) {
            const auto next = next_state(from, act);
            const auto found = allowed.find({from, act});
            if (found != allowed.end()) {
                ASSERT_TRUE(next);
                EXPECT_EQ(*next, found->second);
                continue;
            }
            ASSERT_FALSE(next) << to_string(from) << " " << to_string(act);
            EXPECT_EQ(next.error().code, ErrorCode::conflict);
            EXPECT_EQ(next.error().rule, "seal-state");
            EXPECT_NE(next.error().message.find(to_string(from)), std::string::npos);
            EXPECT_NE(next.error().message.find(to_string(act)), std::string::npos);
        }
    }
}

TEST(SealLife, ActivatingAMadeSealSaysToFileItFirst) {
    EXPECT_NE(next_state(SealState::made, SealAct::activate).error().message.find("file it first (備案)"),
              std::string::npos);
}

TEST(SealInForce, ASealInForceWithAValidCertificateMaySign) {
    EXPECT_TRUE(check_in_force(test::real_seal(), at("2026-11-23T08:00:00Z")));
}

TEST(SealInForce, EveryOtherStateIsAConflictThatNamesIt) {
    Seal seal = test::real_seal();
    for (const SealState state : all_states) {
        if (state == SealState::in_force) continue;
        seal.state = state;
        const auto refused = check_in_force(seal, at("2026-11-23T08:00:00Z"));
        ASSERT_FALSE(refused) << to_string(state);
        EXPECT_EQ(refused.error().code, ErrorCode::conflict);
        EXPECT_EQ(refused.error().rule, "seal-not-in-force");
        EXPECT_NE(refused.error().message.find(to_string(state)), std::string::npos);
    }
}

TEST(SealInForce, WithoutACertificateNothingIsSigned) {
    Seal seal = test::real_seal();
    seal.certificate.reset();
    const auto refused = check_in_force(seal, at("2026-11-23T08:00:00Z"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_EQ(refused.error().rule, "certificate-missing");
}

TEST(SealInForce, TheCertificateCountsFromItsFirstToItsLastMoment) {
    const Seal seal = test::real_seal();
    const Timestamp first = seal.certificate->not_before(), last = seal.certificate->not_after();
    EXPECT_TRUE(check_in_force(seal, first));
    EXPECT_TRUE(check_in_force(seal, last));
    for (const Timestamp outside : {first - milliseconds(1), last + milliseconds(1)}) {
        const auto refused = check_in_force(seal, outside);
        ASSERT_FALSE(refused) << to_rfc3339(outside);
        EXPECT_EQ(refused.error().code, ErrorCode::conflict);
        EXPECT_EQ(refused.error().rule, "certificate-not-valid");
    }
}

}  // namespace
}  // namespace seald
