// A PKCS#11 module for tests only: passes every call on to the module that SEALD_FAULTY_MODULE names, except where a
// line of the file SEALD_FAULTY_RULES says otherwise, and writes each function's name to SEALD_FAULTY_CALLS.
//   C_Sign delay 200            milliseconds before the call
//   C_Sign fail 0x32 [times]    this CK_RV instead of the call
//   C_Sign hang                 for ever
//   C_Sign crash                the process
//   C_GetTokenInfo flags 0x20000        sets flags of the token
//   C_GetAttributeValue lie 0x162 1     a boolean attribute that is not what the token says
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <thread>

namespace {

CK_FUNCTION_LIST* real = nullptr;
CK_FUNCTION_LIST ours;

std::mutex mutex;
std::map<std::string, long> failures_so_far;  // by rule line

struct Rule {
    std::string line, action;
    std::istringstream arguments;
    unsigned long number() {
        std::string text;
        arguments >> text;
        return std::strtoul(text.c_str(), nullptr, 0);
    }
};

std::optional<Rule> find_rule(const std::string& function) {
    const char* path = std::getenv("SEALD_FAULTY_RULES");
    std::ifstream file(path == nullptr ? "" : path);
    for (std::string line; std::getline(file, line);) {
        Rule rule{line, {}, std::istringstream(line)};
        std::string name;
        rule.arguments >> name >> rule.action;
        if (name == function) return rule;
    }
    return std::nullopt;
}

void record_call(const std::string& function) {
    const char* path = std::getenv("SEALD_FAULTY_CALLS");
    if (path == nullptr) return;
    std::ofstream(path, std::ios::app) << function + "\n";
}

// CKR_OK: go on with the real call.
CK_RV misbehave(const std::string& function) {
    std::unique_lock lock(mutex);
    record_call(function);
    auto rule = find_rule(function);
    if (!rule) return CKR_OK;
    if (rule->action == "crash") std::abort();
    if (rule->action == "hang") {
        lock.unlock();
        for (;;) ::pause();
    }
    if (rule->action == "delay") {
        lock.unlock();
        std::this_thread::sleep_for(std::chrono::milliseconds(rule->number()));
    }
    if (rule->action == "fail") {
        const auto code = rule->number();
        long times = 0;
        const bool limited = static_cast<bool>(rule->arguments >> times);
        if (!limited || failures_so_far[rule->line]++ < times) return code;
    }
    return CKR_OK;
}

// What a rule changes in the answer of a call that succeeded.
template <class... Arguments>
void falsify(Arguments...) {}
void falsify(CK_SLOT_ID, CK_TOKEN_INFO* info) {
    auto rule = find_rule("C_GetTokenInfo");
    if (rule && rule->action == "flags") info->flags |= rule->number();
}
void falsify(CK_SESSION_HANDLE, CK_OBJECT_HANDLE, CK_ATTRIBUTE* attributes, CK_ULONG count) {
    auto rule = find_rule("C_GetAttributeValue");
    if (!rule || rule->action != "lie") return;
    const auto type = rule->number();
    const auto value = static_cast<CK_BBOOL>(rule->number());
    for (CK_ULONG i = 0; i < count; ++i) {
        if (attributes[i].type == type && attributes[i].pValue != nullptr)
            *static_cast<CK_BBOOL*>(attributes[i].pValue) = value;
    }
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
        if (const auto ckr = misbehave(name.text); ckr != CKR_OK) return ckr;
        const auto ckr = function(arguments...);
        if (ckr == CKR_OK) falsify(arguments...);
        return ckr;
    }
};

template <Name name, class Function>
void stand_in(Function CK_FUNCTION_LIST::*member) {
    StandIn<name, Function>::function = real->*member;
    ours.*member = StandIn<name, Function>::call;
}

bool load_real() {
    const char* path = std::getenv("SEALD_FAULTY_MODULE");
    void* library = ::dlopen(path == nullptr ? "" : path, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return false;
    auto* get_list = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
    if (get_list == nullptr || get_list(&real) != CKR_OK) return false;
    ours = *real;
    stand_in<"C_Initialize">(&CK_FUNCTION_LIST::C_Initialize);
    stand_in<"C_Finalize">(&CK_FUNCTION_LIST::C_Finalize);
    stand_in<"C_GetSlotList">(&CK_FUNCTION_LIST::C_GetSlotList);
    stand_in<"C_GetTokenInfo">(&CK_FUNCTION_LIST::C_GetTokenInfo);
    stand_in<"C_OpenSession">(&CK_FUNCTION_LIST::C_OpenSession);
    stand_in<"C_CloseSession">(&CK_FUNCTION_LIST::C_CloseSession);
    stand_in<"C_GetSessionInfo">(&CK_FUNCTION_LIST::C_GetSessionInfo);
    stand_in<"C_Login">(&CK_FUNCTION_LIST::C_Login);
    stand_in<"C_Logout">(&CK_FUNCTION_LIST::C_Logout);
    stand_in<"C_FindObjectsInit">(&CK_FUNCTION_LIST::C_FindObjectsInit);
    stand_in<"C_GetAttributeValue">(&CK_FUNCTION_LIST::C_GetAttributeValue);
    stand_in<"C_GenerateKeyPair">(&CK_FUNCTION_LIST::C_GenerateKeyPair);
    stand_in<"C_DestroyObject">(&CK_FUNCTION_LIST::C_DestroyObject);
    stand_in<"C_SignInit">(&CK_FUNCTION_LIST::C_SignInit);
    stand_in<"C_Sign">(&CK_FUNCTION_LIST::C_Sign);
    return true;
}

}  // namespace

extern "C" CK_RV C_GetFunctionList(CK_FUNCTION_LIST** list) {
    static const bool loaded = load_real();
    *list = &ours;
    return loaded ? CKR_OK : CKR_GENERAL_ERROR;
}
