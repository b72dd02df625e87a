// A PKCS#11 module for tests only: passes every call on to the module that SEALD_FAULTY_MODULE names, except where a
// line of the file SEALD_FAULTY_RULES says otherwise, and writes each function's name to SEALD_FAULTY_CALLS. Numbers
// may be hexadecimal; [times] limits how often a rule works, also over several processes; "*" stands for every
// function.
//   C_Sign delay 200 [times]       milliseconds before the call
//   C_Sign fail 0x32 [times]       this CK_RV instead of the call
//   C_Sign hang [times]            for ever
//   C_Sign crash [times]           the process, by a bad pointer
//   C_Sign abort [times]           the process, as by a failed assertion
//   C_GetTokenInfo flags 0x20000   sets flags of the token, on top of those it has
//   C_GetAttributeValue lie 0x162 1     a boolean attribute that is not what the token says
//   keys count 0x80000101           this attribute of any key is how often C_Sign succeeded, in all processes
//   token away                     all tokens are pulled out, until the line is gone
//   token in N                     with a new N: they were pulled out and put back meanwhile
//   token events                   C_WaitForSlotEvent reports both, though the real module may not have it
#include <dlfcn.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "tests/support/faulty_module/lost_token.hpp"

namespace {

using seald::test::LostToken;
using seald::test::Rule;
using seald::test::Rules;

CK_FUNCTION_LIST* real = nullptr;
CK_FUNCTION_LIST ours;
LostToken* lost = nullptr;

// A mistyped rule must not look like a module that behaves.
[[noreturn]] void refuse(const Rule& rule) {
    std::fprintf(stderr, "faulty_module: nobody knows the rule \"%s\"\n", rule.line.c_str());
    std::abort();
}

// No handler (a sanitizer's, say) may come between a fault and the end of the process.
[[noreturn]] void die(int signal_number) {
    ::signal(signal_number, SIG_DFL);
    ::raise(signal_number);
    ::_exit(1);
}

// CKR_OK: go on.
CK_RV obey(const Rule& rule, const Rules& rules) {
    if (rule.action == "flags" || rule.action == "lie") return CKR_OK;  // for afterwards
    const bool has_argument = rule.action == "delay" || rule.action == "fail";
    if (!rules.use(rule, has_argument ? 1 : 0)) return CKR_OK;
    if (rule.action == "fail") return rule.number(0);
    if (rule.action == "delay") {
        std::this_thread::sleep_for(std::chrono::milliseconds(rule.number(0)));
        return CKR_OK;
    }
    if (rule.action == "hang") {
        for (;;) ::pause();
    }
    if (rule.action == "crash") die(SIGSEGV);
    if (rule.action == "abort") die(SIGABRT);
    refuse(rule);
}

CK_RV misbehave(std::string_view function, const Rules& rules) {
    for (const auto& rule : rules.about(function)) {
        if (const auto ckr = obey(rule, rules); ckr != CKR_OK) return ckr;
    }
    return CKR_OK;
}

// What a rule changes in the answer of a call that succeeded.
template <class... Arguments>
void falsify(const Rules&, bool, Arguments...) {}
void falsify(const Rules& rules, bool, CK_SLOT_ID, CK_TOKEN_INFO* info) {
    for (const auto& rule : rules.about("C_GetTokenInfo")) {
        if (rule.action == "flags") info->flags |= rule.number(0);
    }
}
void falsify(const Rules& rules, bool, CK_SESSION_HANDLE, CK_OBJECT_HANDLE, CK_ATTRIBUTE* attributes, CK_ULONG count) {
    for (const auto& rule : rules.about("C_GetAttributeValue")) {
        for (CK_ULONG i = 0; rule.action == "lie" && i < count; ++i) {
            if (attributes[i].type == rule.number(0) && attributes[i].pValue != nullptr)
                *static_cast<CK_BBOOL*>(attributes[i].pValue) = static_cast<CK_BBOOL>(rule.number(1));
        }
    }
}
void falsify(const Rules&, bool away, CK_BBOOL with_token, CK_SLOT_ID*, CK_ULONG* count) {
    if (away && with_token) *count = 0;
}
void falsify(const Rules&, bool away, CK_SLOT_ID, CK_SLOT_INFO* info) {
    if (away) info->flags &= ~static_cast<CK_FLAGS>(CKF_TOKEN_PRESENT);
}

template <class... Arguments>
bool answer_count(const Rules&, Arguments...) {
    return false;
}
bool answer_count(const Rules& rules, CK_SESSION_HANDLE, CK_OBJECT_HANDLE, CK_ATTRIBUTE* attributes, CK_ULONG count) {
    for (const auto& rule : rules.about("keys")) {
        if (rule.action != "count" || count != 1 || attributes[0].type != rule.number(0)) continue;
        const CK_ULONG signatures = seald::test::calls_of("signed");
        if (attributes[0].pValue != nullptr) std::memcpy(attributes[0].pValue, &signatures, sizeof signatures);
        attributes[0].ulValueLen = sizeof signatures;
        return true;
    }
    return false;
}

template <std::size_t N>
struct Name {
    char text[N];
    consteval Name(const char (&literal)[N]) { std::copy_n(literal, N, text); }
};

// Stands in for one function of the list.
template <Name name, class Function>
struct StandIn;
template <Name name, class... Arguments>
struct StandIn<name, CK_RV (*)(Arguments...)> {
    static inline CK_RV (*function)(Arguments...) = nullptr;

    static CK_RV call(Arguments... arguments) {
        seald::test::record_call(name.text);
        const auto rules = Rules::read();
        const auto before = lost->look(rules);
        const auto without_token = LostToken::answer_without_token(name.text);
        if (LostToken::is_away(before) && without_token != CKR_OK) return without_token;
        if (const auto ckr = misbehave(name.text, rules); ckr != CKR_OK) return ckr;
        if (answer_count(rules, arguments...)) return CKR_OK;
        const auto ckr = call_real(arguments...);
        if (ckr == CKR_OK && std::string_view(name.text) == "C_Sign") seald::test::record_call("signed");
        if (without_token != CKR_OK && lost->look(Rules::read()) != before) return without_token;
        if (ckr == CKR_OK) falsify(rules, LostToken::is_away(before), arguments...);
        return ckr;
    }
    static CK_RV call_real(Arguments... arguments) {
        const auto inside = lost->inside();
        return function(arguments...);
    }
};

template <Name name, class Function>
void stand_in(Function CK_FUNCTION_LIST::*member) {
    StandIn<name, Function>::function = real->*member;
    ours.*member = StandIn<name, Function>::call;
}

// These three change what the module is as a whole, and one of them may block: not under the lock of the others.
CK_RV initialise(void* arguments) {
    const auto ckr = StandIn<"C_Initialize", CK_C_Initialize>::call(arguments);
    if (ckr == CKR_OK) lost->set_initialised(true);
    return ckr;
}
CK_RV finalise(void* reserved) {
    lost->set_initialised(false);
    return StandIn<"C_Finalize", CK_C_Finalize>::call(reserved);
}
CK_RV wait_for_slot_event(CK_FLAGS flags, CK_SLOT_ID* slot, void* reserved) {
    seald::test::record_call("C_WaitForSlotEvent");
    if (const auto ckr = misbehave("C_WaitForSlotEvent", Rules::read()); ckr != CKR_OK) return ckr;
    if (Rules::read().says("token", "events")) return lost->wait_for_event(flags, slot);
    return real->C_WaitForSlotEvent(flags, slot, reserved);
}

void stand_in_for_slots_and_sessions() {
    stand_in<"C_GetInfo">(&CK_FUNCTION_LIST::C_GetInfo);
    stand_in<"C_GetSlotList">(&CK_FUNCTION_LIST::C_GetSlotList);
    stand_in<"C_GetSlotInfo">(&CK_FUNCTION_LIST::C_GetSlotInfo);
    stand_in<"C_GetTokenInfo">(&CK_FUNCTION_LIST::C_GetTokenInfo);
    stand_in<"C_GetMechanismList">(&CK_FUNCTION_LIST::C_GetMechanismList);
    stand_in<"C_GetMechanismInfo">(&CK_FUNCTION_LIST::C_GetMechanismInfo);
    stand_in<"C_OpenSession">(&CK_FUNCTION_LIST::C_OpenSession);
    stand_in<"C_CloseSession">(&CK_FUNCTION_LIST::C_CloseSession);
    stand_in<"C_CloseAllSessions">(&CK_FUNCTION_LIST::C_CloseAllSessions);
    stand_in<"C_GetSessionInfo">(&CK_FUNCTION_LIST::C_GetSessionInfo);
    stand_in<"C_Login">(&CK_FUNCTION_LIST::C_Login);
    stand_in<"C_Logout">(&CK_FUNCTION_LIST::C_Logout);
}

void stand_in_for_objects_and_keys() {
    stand_in<"C_CreateObject">(&CK_FUNCTION_LIST::C_CreateObject);
    stand_in<"C_DestroyObject">(&CK_FUNCTION_LIST::C_DestroyObject);
    stand_in<"C_FindObjectsInit">(&CK_FUNCTION_LIST::C_FindObjectsInit);
    stand_in<"C_FindObjects">(&CK_FUNCTION_LIST::C_FindObjects);
    stand_in<"C_FindObjectsFinal">(&CK_FUNCTION_LIST::C_FindObjectsFinal);
    stand_in<"C_GetAttributeValue">(&CK_FUNCTION_LIST::C_GetAttributeValue);
    stand_in<"C_SetAttributeValue">(&CK_FUNCTION_LIST::C_SetAttributeValue);
    stand_in<"C_GenerateKey">(&CK_FUNCTION_LIST::C_GenerateKey);
    stand_in<"C_GenerateKeyPair">(&CK_FUNCTION_LIST::C_GenerateKeyPair);
    stand_in<"C_WrapKey">(&CK_FUNCTION_LIST::C_WrapKey);
    stand_in<"C_UnwrapKey">(&CK_FUNCTION_LIST::C_UnwrapKey);
    stand_in<"C_SignInit">(&CK_FUNCTION_LIST::C_SignInit);
    stand_in<"C_Sign">(&CK_FUNCTION_LIST::C_Sign);
}

bool load_real() {
    const char* path = std::getenv("SEALD_FAULTY_MODULE");
    void* library = ::dlopen(path == nullptr ? "" : path, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return false;
    auto* get_list = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
    if (get_list == nullptr || get_list(&real) != CKR_OK) return false;
    lost = new LostToken(real);  // lives as long as the module, which is never unloaded
    ours = *real;
    stand_in<"C_Initialize">(&CK_FUNCTION_LIST::C_Initialize);
    stand_in<"C_Finalize">(&CK_FUNCTION_LIST::C_Finalize);
    stand_in_for_slots_and_sessions();
    stand_in_for_objects_and_keys();
    ours.C_Initialize = initialise;
    ours.C_Finalize = finalise;
    ours.C_WaitForSlotEvent = wait_for_slot_event;
    return true;
}

}  // namespace

extern "C" CK_RV C_GetFunctionList(CK_FUNCTION_LIST** list) {
    static const bool loaded = load_real();
    *list = &ours;
    return loaded ? CKR_OK : CKR_GENERAL_ERROR;
}
