#include "pkcs11/token.hpp"

#include "core/encoding.hpp"

namespace seald {
namespace {

using token_protocol::Failure;
using token_protocol::PinState;

constexpr CK_ULONG max_slots = 256;

template <std::size_t N>
std::string trimmed(const CK_UTF8CHAR (&field)[N]) {
    return seald::trimmed(field, N);
}

Outcome<std::vector<CK_SLOT_ID>> slots_with_token(const Module& module) {
    for (int attempt = 0; attempt < 3; ++attempt) {
        // OpenSC looks for readers again only when it is asked with NULL.
        CK_ULONG count = 0;
        if (auto ckr = module.api().C_GetSlotList(CK_TRUE, nullptr, &count); ckr != CKR_OK) {
            return failed_call("C_GetSlotList", ckr);
        }
        if (count > max_slots) return refused(Failure::token_failed, "the module reports more than 256 slots");
        std::vector<CK_SLOT_ID> slots(count);
        if (count == 0) return slots;
        const auto ckr = module.api().C_GetSlotList(CK_TRUE, slots.data(), &count);
        if (ckr == CKR_BUFFER_TOO_SMALL) continue;  // a token came between the two calls
        if (ckr != CKR_OK) return failed_call("C_GetSlotList", ckr);
        if (count < slots.size()) slots.resize(count);
        return slots;
    }
    return refused(Failure::token_failed, "the module's list of slots does not come to rest");
}

bool matches(const CK_TOKEN_INFO& info, const TokenSelector& selector) {
    if (selector.serial) return trimmed(info.serialNumber) == *selector.serial;
    return selector.label && trimmed(info.label) == *selector.label;
}

std::string wanted(const TokenSelector& selector) {
    return selector.serial ? "serial " + *selector.serial : "label \"" + selector.label.value_or("") + "\"";
}

std::string present_tokens(const std::vector<std::string>& seen) {
    if (seen.empty()) return "no token is there";
    std::string text = "there is";
    for (std::size_t i = 0; i < seen.size() && i < 8; ++i) text += (i == 0 ? " " : ", ") + seen[i];
    return text;
}

}  // namespace

std::string trimmed(const CK_UTF8CHAR* field, std::size_t size) {
    const std::string text(field, field + size);
    constexpr std::string_view padding(" \0", 2);
    const auto first = text.find_first_not_of(padding);
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(padding) - first + 1);
}

std::string printable(std::string text) {
    if (is_clean_text(text)) return text;
    for (auto& c : text) {
        if (c < 0x20 || c > 0x7e) c = '?';
    }
    return text;
}

Outcome<CK_TOKEN_INFO> read_token_info(const Module& module, CK_SLOT_ID slot) {
    CK_TOKEN_INFO info{};
    const auto ckr = module.api().C_GetTokenInfo(slot, &info);
    if (ckr != CKR_OK) return failed_call("C_GetTokenInfo", ckr);
    return info;
}

Outcome<FoundToken> find_token(const Module& module, const TokenSelector& selector) {
    auto slots = slots_with_token(module);
    if (!slots) return slots.error();
    std::optional<FoundToken> found;
    std::vector<std::string> seen;
    for (const auto slot : *slots) {
        const auto info = read_token_info(module, slot);
        if (!info) continue;  // another token that is being pulled out is none of our business
        seen.push_back("\"" + printable(trimmed(info->label)) + "\" (serial " + printable(trimmed(info->serialNumber)) +
                       ")");
        if (!matches(*info, selector)) continue;
        if (found) {
            return refused(Failure::token_absent, "two tokens have the " + wanted(selector) +
                                                      ": remove one, or select it by what is unique to it");
        }
        found = FoundToken{slot, *info};
    }
    if (!found) {
        return refused(Failure::token_absent, "no token has the " + wanted(selector) + "; " + present_tokens(seen));
    }
    return *found;
}

bool same_token(const CK_TOKEN_INFO& one, const CK_TOKEN_INFO& other) {
    return trimmed(one.serialNumber) == trimmed(other.serialNumber) && trimmed(one.label) == trimmed(other.label) &&
           trimmed(one.manufacturerID) == trimmed(other.manufacturerID) && trimmed(one.model) == trimmed(other.model);
}

PinState pin_state(const CK_TOKEN_INFO& info) {
    if (info.flags & CKF_USER_PIN_LOCKED) return PinState::locked;
    if (info.flags & CKF_USER_PIN_FINAL_TRY) return PinState::final_try;
    return info.flags & CKF_USER_PIN_COUNT_LOW ? PinState::count_low : PinState::ok;
}

token_protocol::TokenInfo describe(const CK_TOKEN_INFO& info, bool logged_in) {
    token_protocol::TokenInfo out;
    out.present = true;
    out.logged_in = logged_in;
    out.pin = pin_state(info);
    out.label = printable(trimmed(info.label));
    out.serial = printable(trimmed(info.serialNumber));
    out.manufacturer = printable(trimmed(info.manufacturerID));
    out.model = printable(trimmed(info.model));
    out.firmware = std::to_string(info.firmwareVersion.major) + "." + std::to_string(info.firmwareVersion.minor);
    return out;
}

}  // namespace seald
