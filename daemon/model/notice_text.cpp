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
                                                         {"reason", words_for(facts.reason, language)}};
    for (const auto& each : templates)
        if (each.kind == facts.kind) return fill(language == Language::english ? each.english : each.chinese, values);
    return {};
}

}  // namespace seald
