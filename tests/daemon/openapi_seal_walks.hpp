// The parts of openapi_test.cpp about a seal's life that goes on: its versions, and who keeps it.
#pragma once
#include <boost/json/array.hpp>

#include "core/hand_over_statement.hpp"
#include "tests/daemon/openapi_walk.hpp"

namespace seald::test {

// While the seal is not in force yet; what is refused once it was is the last part of walk_versions().
inline void walk_pictures(Walk& walk) {
    const std::string path = "/v1/seals/contract/picture";
    const auto content = [](std::string_view text) { return json::object{{"content", encode_base64(as_bytes(text))}}; };
    walk.ask("li.na", "GET", path);
    for (const char* who : {"li.na", "zhang.wei"}) walk.post(who, path, content("<svg xmlns='http://www.w3.org/2000/svg'><circle r='5'/></svg>"));
    walk.post("zhang.wei", "/v1/seals/none/picture", content("<svg/>"));
    walk.post("zhang.wei", path, {{"content", "no base64"}});
    walk.post("zhang.wei", path, content("<svg onload='x()'/>"));
    walk.post("zhang.wei", path, content(std::string(300'000, ' ')));
    walk.ask_for_bytes("li.na", path);
    walk.ask("li.na", "GET", "/v1/seals/contract");
}

inline void walk_versions(Walk& walk) {
    const json::object wish{{"reason", "a test"}, {"self_signed_days", 30}}, by_request{{"reason", "a test"}, {"csr", true}}, reason{{"reason", "a test"}};
    walk.post("zhang.wei", "/v1/seals/contract/picture", {{"content", encode_base64(as_bytes("<svg/>"))}});
    walk.post("li.na", "/v1/seals/contract/replace", wish);
    walk.post("zhang.wei", "/v1/seals/none/replace", wish);
    walk.post("zhang.wei", "/v1/seals/contract/replace", reason);
    for (const char* act : {"cut-over", "withdraw-replacement"}) walk.post("zhang.wei", std::string("/v1/seals/contract/") + act, reason);
    for (const char* act : {"cut-over", "withdraw-replacement"}) walk.post("zhang.wei", std::string("/v1/seals/none/") + act, act[0] == 'c' ? json::object() : reason);
    walk.post("zhang.wei", "/v1/seals/contract/cut-over", {});
    walk.post("zhang.wei", "/v1/seals/contract/withdraw-replacement", reason);
    walk.post("zhang.wei", "/v1/seals/contract/withdraw-replacement", {});
    const auto made = walk.post("zhang.wei", "/v1/seals/contract/replace", by_request).json();
    walk.post("zhang.wei", "/v1/seals/contract/replace", by_request);
    const auto issued = TestCa("CA").issue_for(std::string(made.at("csr").as_string()), {.common_name = "contract"});
    walk.post("zhang.wei", "/v1/seals/contract/certificate", {{"pem", issued.certificate}});
    walk.post("zhang.wei", "/v1/seals/contract/csr", {});
    walk.post("zhang.wei", "/v1/seals/contract/cut-over", {{"at", to_rfc3339(SystemClock().now() + std::chrono::hours(1))}});
    walk.ask("li.na", "GET", "/v1/seals/contract");
    for (const char* act : {"cut-over", "withdraw-replacement"}) walk.post("li.na", std::string("/v1/seals/contract/") + act, act[0] == 'c' ? json::object() : reason);
    walk.post("zhang.wei", "/v1/seals/contract/withdraw-replacement", reason);
    walk.post("zhang.wei", "/v1/seals/contract/replace", wish);
    walk.post("zhang.wei", "/v1/seals/contract/cut-over", {});
    walk.ask("li.na", "GET", "/v1/seals/contract");
}

// What one of the three signs, with his own key.
inline json::object signed_part(Walk& walk, const std::string& who, HandOverPart part) {
    const auto id = [](const std::string& text) { return PersonId::decode(text).value(); };
    const auto now = from_unix(to_unix(SystemClock().now()));
    const HandOverStatement statement{.issuer = id(who), .audience = "seald.test.example", .id = who, .issued_at = now, .expires_at = now + std::chrono::minutes(1),
                                      .part = part, .hand_over = part == HandOverPart::give ? 0U : 1U, .seal = SealName::decode("contract").value(),
                                      .giver = id("zhang.wei"), .receiver = id("sun.li"), .supervisor = id("chen.jie"), .reason = "a test"};
    return {{"statement", sign_jws(statement.to_claims(), hand_over_typ, PrivateKey::load_pem(walk.instance.key_file(who)).value()).value()}};
}

// 孫麗 is custodian too, and has no key enrolled.
inline void walk_custody(Walk& walk) {
    const std::string base = "/v1/seals/contract/", none = "/v1/seals/none/";
    const json::object reason{{"reason", "a test"}};
    json::object wish{{"to", "sun.li"}, {"supervisor", "chen.jie"}, {"reason", "a test"}};
    walk.ask("nobody", "GET", base + "custody");
    walk.post("zhang.wei", base + "hand-over", wish);
    wish["statement"] = signed_part(walk, "zhang.wei", HandOverPart::give).at("statement");
    walk.post("zhang.wei", none + "hand-over", wish);
    walk.post("zhang.wei", base + "hand-over", reason);
    walk.post("sun.li", base + "hand-over/accept", {});
    for (int times = 0; times < 2; ++times) walk.post("zhang.wei", base + "hand-over", wish);
    walk.post("li.na", base + "hand-over/accept", {});
    walk.post("sun.li", base + "hand-over/accept", {{"statement", 1}});
    walk.post("chen.jie", base + "hand-over/confirm", {});
    walk.post("sun.li", base + "hand-over/accept", {});
    walk.post("li.na", base + "hand-over/confirm", {});
    walk.post("chen.jie", base + "hand-over/confirm", signed_part(walk, "chen.jie", HandOverPart::supervise));

    const json::object back{{"to", "zhang.wei"}, {"supervisor", "chen.jie"}, {"reason", "a test"}};
    walk.post("sun.li", base + "hand-over", back);
    walk.post("zhang.wei", base + "hand-over/decline", {});
    walk.post("li.na", base + "hand-over/decline", reason);
    for (int times = 0; times < 2; ++times) walk.post("zhang.wei", base + "hand-over/decline", reason);

    const auto in_an_hour = to_rfc3339(SystemClock().now() + std::chrono::hours(1));
    const json::object acting{{"person", "wang.fang"}, {"until", in_an_hour}, {"reason", "a test"}}, dismissal{{"person", "wang.fang"}, {"reason", "a test"}};
    for (const std::string& seal : {base, none}) walk.post("sun.li", seal + "acting-custodian", acting);
    walk.post("sun.li", base + "acting-custodian", reason);
    walk.post("li.na", base + "acting-custodian", acting);
    walk.ask("li.na", "GET", base + "custody");
    walk.post("sun.li", base + "acting-custodian/end", reason);
    walk.post("li.na", base + "acting-custodian/end", dismissal);
    for (int times = 0; times < 2; ++times) walk.post("sun.li", base + "acting-custodian/end", dismissal);
    for (const char* who : {"nobody", "li.na"}) walk.ask(who, "GET", "/v1/status-list");
}

}  // namespace seald::test
