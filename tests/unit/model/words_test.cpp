#include <gtest/gtest.h>

#include "daemon/model/application.hpp"
#include "daemon/model/person.hpp"

namespace seald {
namespace {

// Every word decodes to the value that says it, and the list is the interface's.
template <class Decode>
void expect_words(Decode decode, std::initializer_list<std::string_view> words) {
    for (const std::string_view word : words) {
        const auto value = decode(word);
        ASSERT_TRUE(value) << word;
        EXPECT_EQ(to_string(*value), word);
    }
    for (const std::string_view bad : {"", "nonsense", "APPROVER", "in_force", " cms"}) {
        const auto value = decode(bad);
        ASSERT_FALSE(value) << bad;
        EXPECT_EQ(value.error().code, ErrorCode::unacceptable);
        for (const std::string_view word : words)
            EXPECT_NE(value.error().message.find(word), std::string::npos) << word;
    }
}

TEST(Words, RolesAreThoseOfTheInterface) {
    expect_words(decode_role, {"applicant", "reviewer", "approver", "custodian", "administrator", "auditor"});
}

TEST(Words, SealKindsAreThoseOfTheDomain) {
    expect_words(decode_seal_kind,
                 {"official", "contract", "finance", "personnel", "invoice", "legal-representative", "other"});
}

TEST(Words, SealStatesAreThoseOfTheDomain) {
    expect_words(decode_seal_state, {"made", "filed", "in-force", "suspended", "lost", "cancelled", "destroyed"});
}

TEST(Words, SealActsAreThoseOfTheInterface) {
    expect_words(decode_seal_act, {"file", "activate", "suspend", "resume", "lost", "cancel", "destroy"});
}

TEST(Words, SignatureFormatsAreThoseOfTheInterface) { expect_words(decode_signature_format, {"cms", "pades", "raw"}); }

TEST(Words, ApplicationStatesAreNamed) {
    expect_words(decode_application_state,
                 {"submitted", "reviewed", "approved", "partly-sealed", "sealed", "rejected", "returned", "withdrawn", "expired"});
}

TEST(Words, OnlySubmittedApprovedAndPartlySealedApplicationsAreOpen) {
    using enum ApplicationState;
    for (const auto open : {submitted, approved, partly_sealed}) EXPECT_TRUE(is_open(open)) << to_string(open);
    for (const auto closed : {sealed, rejected, returned, withdrawn, expired}) {
        EXPECT_FALSE(is_open(closed)) << to_string(closed);
    }
}

}  // namespace
}  // namespace seald
