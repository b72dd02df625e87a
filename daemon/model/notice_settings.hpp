// How people hear of what waits for them: a command, webhooks, or both; each is a channel by which every notice goes.
#pragma once
#include <array>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/names.hpp"
#include "core/time.hpp"
#include "core/webhook_signature.hpp"
#include "daemon/model/notice_text.hpp"

namespace seald {

inline constexpr std::array<std::string_view, 17> notice_kinds = {"waiting", "reminder", "approved", "returned", "rejected", "withdrawn", "expired",
                                                                  "seal-suspended", "seal-lost", "seal-cancelled", "seal-destroyed", "act-waiting", "certificate-ends", "signatures-differ",
                                                                  "seal-in-force", "seal-resumed", "seal-replaced"};

struct Webhook {
    std::string name;                   // in the log and the metrics; the address, which may be confidential, is in neither
    bool tls = true;                    // false: plain HTTP, to this host only
    std::string host, port, target;     // "hooks.example.org" "443" "/seald?team=7"; an IPv6 address without brackets
    WebhookSecretPlace secret;
    std::filesystem::path ca;           // PEM; empty: the CAs that this host trusts
    std::set<std::string, std::less<>> events;  // of notice_kinds
};

struct NoticeSettings {
    std::string command;               // an absolute path; gets each notice as JSON on its standard input; empty: none
    std::vector<Webhook> webhooks;     // with the command at least one channel
    std::set<PersonId> also = {};      // who hears of every stop of a seal, besides those whom it concerns
    Language language = Language::english;  // where a person has none of his own
    seconds remind_after{86400};       // and again each time
    seconds give_up_after{3 * 86400};  // what was not delivered by then is given up, loudly
    std::vector<seconds> certificate_warnings = {seconds(90 * 86400), seconds(30 * 86400), seconds(7 * 86400), seconds(86400)};  // before one ends
};

// How the command is called beside the webhooks, none of which may have this name.
inline constexpr std::string_view command_channel = "command";

std::vector<std::string> channels_for(const std::string& kind, const NoticeSettings& settings);

}  // namespace seald
