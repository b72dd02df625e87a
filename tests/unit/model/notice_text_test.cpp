// What notices say: a text of each kind in each language, with names as they are.
#include "daemon/model/notice_text.hpp"

#include <gtest/gtest.h>

#include "core/encoding.hpp"
#include "daemon/model/notice_settings.hpp"

namespace seald {
namespace {

NoticeFacts facts(std::string kind) {
    return {.kind = std::move(kind), .application = "A-2026-0001", .seal = "contract", .applicant = "李娜", .purpose = "銷售合同 {reason}", .type = "合同", .reason = "金額未填", .person = "劉洋", .act = "P-2026-0001", .act_kind = "resume"};
}

TEST(NoticeText, SaysWhoAndWhatInBothLanguages) {
    EXPECT_EQ(notice_text(facts("waiting"), "王芳", Language::chinese),
              "王芳：李娜申請使用印章 contract（合同：銷售合同 {reason}），用印申請 A-2026-0001 等待審批。查看：sealctl application show A-2026-0001");
    EXPECT_EQ(notice_text(facts("returned"), "李娜", Language::english),
              "李娜: application A-2026-0001 to use seal contract (合同: 銷售合同 {reason}) was returned to be corrected. The reason: 金額未填");
    EXPECT_TRUE(notice_text(facts("rejected"), "李娜", Language::chinese).ends_with("被駁回。原因：金額未填"));
}

TEST(NoticeText, SaysWhatIsAskedOfTheSecondPerson) {
    EXPECT_EQ(notice_text(facts("act-waiting"), "郭靜", Language::chinese),
              "郭靜：劉洋請求啟用印章 contract，須由第二人確認。原因：金額未填 查看：sealctl act show P-2026-0001。確認：sealctl act confirm P-2026-0001");
    EXPECT_TRUE(notice_text(facts("seal-lost"), "王芳", Language::english).starts_with("王芳: 劉洋 reported seal contract lost or compromised."));
}

TEST(NoticeText, ThereIsOneOfEachKind) {
    for (const auto language : {Language::english, Language::chinese}) {
        for (const auto kind : notice_kinds) {
            const auto text = notice_text(facts(std::string(kind)), "王芳", language);
            const bool about_seal = kind.starts_with("seal-") || kind.starts_with("act-") || kind.starts_with("certificate-") || kind.starts_with("signatures-");
            EXPECT_TRUE(text.find(about_seal ? "contract" : "A-2026-0001") != text.npos && text.starts_with("王芳") && is_clean_text(text)) << kind;
        }
        EXPECT_NE(notice_text(facts("test"), "王芳", language), "");
    }
}

}  // namespace
}  // namespace seald
