#include "daemon/model/notice_text.hpp"

#include <array>
#include <map>

#include "daemon/model/words.hpp"

namespace seald {
namespace {

constexpr std::array languages = {Language::english, Language::chinese};

struct Template {
    std::string_view kind, english, chinese;
};

constexpr std::array templates = {
    Template{"waiting",
             "{to}: application {application} by {applicant} to use seal {seal} ({type}: {purpose}) waits for a decision. "
             "To read it: sealctl application show {application}",
             "{to}：{applicant}申請使用印章 {seal}（{type}：{purpose}），用印申請 {application} 等待審批。查看：sealctl application show {application}"},
    Template{"reminder",
             "{to}: application {application} by {applicant} to use seal {seal} ({type}: {purpose}) still waits. "
             "To read it: sealctl application show {application}",
             "{to}：{applicant}使用印章 {seal} 的用印申請 {application}（{type}：{purpose}）仍待處理。查看：sealctl application show {application}"},
    Template{"approved",
             "{to}: application {application} to use seal {seal} ({type}: {purpose}) is approved. To seal: sealctl sign --application {application}",
             "{to}：使用印章 {seal} 的用印申請 {application}（{type}：{purpose}）已批准。蓋章：sealctl sign --application {application}"},
    Template{"returned", "{to}: application {application} to use seal {seal} ({type}: {purpose}) was returned to be corrected. {reason}",
             "{to}：使用印章 {seal} 的用印申請 {application}（{type}：{purpose}）被退回，請更正。{reason}"},
    Template{"rejected", "{to}: application {application} to use seal {seal} ({type}: {purpose}) was rejected. {reason}",
             "{to}：使用印章 {seal} 的用印申請 {application}（{type}：{purpose}）被駁回。{reason}"},
    Template{"withdrawn", "{to}: application {application} to use seal {seal} ({type}: {purpose}) was withdrawn.",
             "{to}：使用印章 {seal} 的用印申請 {application}（{type}：{purpose}）已撤回。"},
    Template{"expired", "{to}: application {application} to use seal {seal} ({type}: {purpose}) ended: its approvals are over. It can be made anew.",
             "{to}：使用印章 {seal} 的用印申請 {application}（{type}：{purpose}）的審批已過期，申請結束，可重新申請。"},
    Template{"seal-suspended",
             "{to}: {person} suspended seal {seal}. Nothing is sealed with it until it is resumed. {reason} To read more: sealctl seal show {seal}",
             "{to}：印章 {seal} 已由{person}停用，恢復之前不得使用。{reason} 查看：sealctl seal show {seal}"},
    Template{"seal-lost",
             "{to}: {person} reported seal {seal} lost or compromised. It never signs again, and what was approved for it is void. Do not trust "
             "anything new that bears it. {reason} To read more: sealctl seal show {seal}",
             "{to}：印章 {seal} 已由{person}掛失，永不再用，相關審批作廢，請勿採信新用此印章的文件。{reason} 查看：sealctl seal show {seal}"},
    Template{"seal-cancelled", "{to}: seal {seal} was cancelled for good; {person} confirmed it. It never signs again. {reason} To read more: sealctl seal show {seal}",
             "{to}：印章 {seal} 經{person}確認已註銷，永不再用。{reason} 查看：sealctl seal show {seal}"},
    Template{"seal-destroyed", "{to}: the key of seal {seal} was destroyed before two witnesses. {reason} Its certificate: sealctl seal destroyed {seal}",
             "{to}：印章 {seal} 的密鑰已在兩名監銷人見證下銷毀。{reason} 銷毀證明：sealctl seal destroyed {seal}"},
    Template{"act-waiting", "{to}: {person} asked to {what} seal {seal}, which takes a second person. {reason} To read it: sealctl act show {act}. To confirm it: sealctl act confirm {act}",
             "{to}：{person}請求{what}印章 {seal}，須由第二人確認。{reason} 查看：sealctl act show {act}。確認：sealctl act confirm {act}"},
    Template{"signatures-differ",
             "{to}: a token says that the key of seal {seal} has signed another number of times than the ledger knows of: somebody may use it without seald. "
             "To see the counts: sealctl ledger list --kind signature-count --seal {seal}. To stop the seal: sealctl seal suspend {seal}",
             "{to}：令牌記錄的印章 {seal} 簽署次數與台賬不符，密鑰可能在 seald 之外被使用。"
             "查看：sealctl ledger list --kind signature-count --seal {seal}。停用：sealctl seal suspend {seal}"},
    Template{"seal-in-force", "{to}: {person} put seal {seal} in force: it can be applied for. {reason} To read more: sealctl seal show {seal}",
             "{to}：印章 {seal} 已由{person}啟用，可申請使用。{reason} 查看：sealctl seal show {seal}"},
    Template{"seal-resumed",
             "{to}: seal {seal} is in force again; {person} confirmed it. {reason} To see whether what was approved before still counts: sealctl explain --seal {seal}. "
             "To read more: sealctl seal show {seal}",
             "{to}：印章 {seal} 經{person}確認已恢復使用。{reason} 此前的審批是否仍有效：sealctl explain --seal {seal}。查看：sealctl seal show {seal}"},
    Template{"seal-replaced",
             "{to}: seal {seal} has a new key and certificate from now on (SHA-256 {certificate}). What was sealed before verifies as before. "
             "To read more: sealctl seal show {seal}",
             "{to}：印章 {seal} 已更換密鑰與證書（SHA-256 {certificate}），此前所蓋印章照常驗證。查看：sealctl seal show {seal}"},
    Template{"certificate-ends",
             "{to}: the certificate of seal {seal} (serial {certificate}) is valid until {ends}; after that nothing can be sealed with it. "
             "A new key and certificate: sealctl seal replace {seal}",
             "{to}：印章 {seal} 的證書（序列號 {certificate}）有效至 {ends}，之後不能用印。更換密鑰與證書：sealctl seal replace {seal}"},
    Template{"test", "{to}: this is a test notice; there is nothing to do.", "{to}：這是一則測試通知，無需處理。"}};

std::string fill(std::string_view text, const std::map<std::string_view, std::string>& values) {
    std::string filled;
    while (!text.empty()) {
        const auto open = text.find('{');
        filled += text.substr(0, open);
        if (open == text.npos) break;
        const auto close = text.find('}', open);
        filled += values.at(text.substr(open + 1, close - open - 1));
        text.remove_prefix(close + 1);
    }
    return filled;
}

struct ActWords {
    std::string_view kind, english, chinese;
};
constexpr std::array act_words = {ActWords{"resume", "resume", "啟用"},   ActWords{"activate", "put in force", "啟用"}, ActWords{"cancel", "cancel", "註銷"},
                                  ActWords{"destroy", "destroy", "銷毀"}, ActWords{"copy-key", "copy the key of", "複製密鑰於"}};

std::string act_in_words(const std::string& kind, Language language) {
    for (const auto& each : act_words)
        if (each.kind == kind) return std::string(language == Language::english ? each.english : each.chinese);
    return kind;
}

std::string words_for(const std::string& reason, Language language) {
    if (reason.empty()) return {};
    return (language == Language::english ? "The reason: " : "原因：") + reason;
}

}  // namespace

std::string_view to_string(Language language) {
    switch (language) {
        case Language::english:
            return "en";
        case Language::chinese:
            return "zh";
    }
    return "";
}

Result<Language> decode_language(std::string_view text) { return decode_word(text, "language", languages); }

std::string notice_text(const NoticeFacts& facts, const std::string& to, Language language) {
    const std::map<std::string_view, std::string> values{{"to", to},
                                                         {"application", facts.application},
                                                         {"seal", facts.seal},
                                                         {"applicant", facts.applicant},
                                                         {"purpose", facts.purpose},
                                                         {"type", facts.type},
                                                         {"reason", words_for(facts.reason, language)},
                                                         {"certificate", facts.certificate},
                                                         {"ends", facts.ends},
                                                         {"person", facts.person},
                                                         {"act", facts.act},
                                                         {"what", act_in_words(facts.act_kind, language)}};
    for (const auto& each : templates)
        if (each.kind == facts.kind) return fill(language == Language::english ? each.english : each.chinese, values);
    return {};
}

}  // namespace seald
