// docs/openapi.yaml against the running daemon: this provokes every operation and every answer, and writes down what came;
// check_openapi.py compares. A new route, field or answer is described there or fails here.
#include <gtest/gtest.h>

#include <boost/json/array.hpp>

#include "tests/daemon/openapi_acts.hpp"
#include "tests/daemon/openapi_seal_walks.hpp"

namespace seald::test {
namespace {

Digest digest_of(const std::string& text) { return Digest::of(DigestAlgorithm::sha256, as_bytes(text)); }
json::object digest_object(const std::string& text) { return {{"alg", "sha256"}, {"value", digest_of(text).hex()}}; }
json::object application_body(const std::string& text, const std::string& seal = "contract") {
    return {{"seal", seal}, {"purpose", "a test"}, {"type", "contract"}, {"documents", json::array{json::object{{"digest", digest_object(text)}, {"name", "file"}}}}};
}
json::object new_seal(const std::string& name, const std::string& token = "usb-1") {
    return {{"name", name}, {"kind", "contract"}, {"title", name}, {"owner", "O"}, {"token", token}, {"algorithm", "ec-p256"}, {"common_name", name}, {"self_signed_days", 30}};
}

void walk_daemon(Walk& walk) {
    walk.ask("nobody", "GET", "/v1/health");
    for (const char* path : {"/v1/ready", "/metrics", "/v1/whoami", "/v1/status", "/v1/seals"}) {
        walk.ask("nobody", "GET", path);
        walk.ask("li.na", "GET", path);
    }
}

void walk_tokens(Walk& walk) {
    walk.ask("li.na", "GET", "/v1/tokens");
    for (const char* name : {"usb-1", "usb-9", "USB%201"}) walk.ask("li.na", "GET", std::string("/v1/tokens/") + name);
    for (const char* name : {"usb-1", "usb-9"}) walk.ask("zhang.wei", "GET", std::string("/v1/tokens/") + name + "/pin-key");
    walk.ask("li.na", "GET", "/v1/tokens/usb-1/pin-key");
    for (const char* act : {"unlock", "lock", "probe"}) {
        walk.post("li.na", std::string("/v1/tokens/usb-1/") + act, {});
        walk.post("zhang.wei", std::string("/v1/tokens/usb-9/") + act, {});
    }
    walk.post("zhang.wei", "/v1/tokens/usb-1/unlock", {{"pin", "1234"}});
    walk.post("zhang.wei", "/v1/tokens/usb-1/lock", {});
    walk.wait_for_the_token();
    walk.post("zhang.wei", "/v1/tokens/usb-1/unlock", {{"for", "8h"}, {"uses", 1000}});
    for (const auto& wish : {json::object{{"seconds", 31}}, json::object{}}) walk.post("zhang.wei", "/v1/tokens/usb-1/probe", wish);
    for (const char* name : {"usb-1", "usb-2", "usb-9"})
        for (const char* person : {"liu.yang", "li.na"}) walk.post(person, std::string("/v1/tokens/") + name + "/reconciliation", {});
    walk.post("liu.yang", "/v1/tokens/usb-1/reconciliation", {{"token", "usb-1"}});
    walk.ask("li.na", "GET", "/v1/tokens/usb-1");
}

void walk_seals(Walk& walk) {
    walk.post("zhang.wei", "/v1/seals", new_seal("contract"));
    walk.post("zhang.wei", "/v1/seals", new_seal("contract"));
    walk.post("zhang.wei", "/v1/seals", new_seal("contract-2", "usb-9"));
    walk.post("li.na", "/v1/seals", new_seal("contract-2"));
    walk.post("zhang.wei", "/v1/seals", {{"name", "contract-2"}});
    walk.ask("li.na", "GET", "/v1/seals/none");
    walk.ask("li.na", "GET", "/v1/seals/contract?at=noon");
    walk.ask("liu.yang", "GET", "/v1/seals/contract?at=2099-01-01T00:00:00Z");
    const std::string pem(walk.ask("li.na", "GET", "/v1/seals/contract").json().at("certificate").at("pem").as_string());
    walk.post("zhang.wei", "/v1/seals/contract/certificate", {{"pem", pem}});
    walk.post("zhang.wei", "/v1/seals/contract/certificate", {{"pem", "not a certificate"}});
    walk.post("zhang.wei", "/v1/seals/contract/certificate", {{"pem", TestCa("CA").issue({.common_name = "of another key"}).certificate}});
    walk.post("zhang.wei", "/v1/seals/contract/csr", {});
    walk.post("li.na", "/v1/seals/contract/csr", {});
    walk.post("zhang.wei", "/v1/seals/none/csr", {});
    walk.post("zhang.wei", "/v1/seals/contract/standby", {{"token", "usb-1"}});
    walk.post("zhang.wei", "/v1/seals/contract/standby", {{"token", "usb-9"}});
    walk.post("zhang.wei", "/v1/seals/contract/standby", {});
    walk.post("li.na", "/v1/seals/contract/standby", {{"token", "usb-1"}});
    json::object known{{"name", "known"}, {"kind", "contract"}, {"title", "印"}, {"owner", "O"}, {"token", "usb-1"}, {"key_id", "0a01"}, {"certificate", pem}};
    walk.post("li.na", "/v1/enrolments", known);
    walk.post("zhang.wei", "/v1/enrolments", {{"name", "known"}});
    known["certificate"] = "not a certificate";
    walk.post("zhang.wei", "/v1/enrolments", known);
    known["certificate"] = walk.known.certificate;
    known["name"] = "contract";
    walk.post("zhang.wei", "/v1/enrolments", known);
    known["name"] = "known";
    known["certificate"] = TestCa("CA").issue({.common_name = "of another key"}).certificate;
    walk.post("zhang.wei", "/v1/enrolments", known);
    known["certificate"] = walk.known.certificate;
    walk.post("zhang.wei", "/v1/enrolments", known);
    auto movable = new_seal("movable");
    movable["wrappable"] = true;
    walk.post("zhang.wei", "/v1/seals", movable);
    const auto copy = number_of(walk.post("zhang.wei", "/v1/seals/movable/standby", {{"token", "usb-2"}}));
    walk_pictures(walk);
    walk.post("zhang.wei", "/v1/seals/contract/file", {{"number", "1"}, {"date", "tomorrow"}});
    walk.post("zhang.wei", "/v1/seals/contract/file", {{"number", "1"}, {"date", "2026-11-24"}});
    const json::object reason{{"reason", "a test"}};
    walk.post("li.na", "/v1/seals/contract/activate", reason);
    for (const char* act : {"resume", "activate", "activate", "suspend", "suspend"})
        walk.post("zhang.wei", std::string("/v1/seals/contract/") + act, reason);
    walk.post("li.na", "/v1/seals/contract/suspend", reason);
    const auto resume = number_of(walk.post("zhang.wei", "/v1/seals/contract/resume", reason));
    walk_acts(walk, resume, copy);
}

// Last: nothing can be sealed after it.
void walk_emergencies(Walk& walk) {
    const json::object reason{{"reason", "a test"}};
    walk.post("li.na", "/v1/emergency-stop", reason);
    walk.post("zhang.wei", "/v1/emergency-stop", {{"seals", json::array{"contract"}}});
    walk.post("zhang.wei", "/v1/emergency-stop", {{"seals", json::array{"none"}}, {"reason", "a test"}});
    walk.post("zhang.wei", "/v1/emergency-stop", reason);
    walk.post("li.na", "/v1/seals/contract/lost", reason);
    walk.post("zhang.wei", "/v1/seals/none/lost", reason);
    walk.post("zhang.wei", "/v1/seals/contract/lost", {});
    walk.post("zhang.wei", "/v1/seals/contract/lost", reason);
    walk.post("zhang.wei", "/v1/seals/contract/lost", reason);
    walk.post("zhang.wei", "/v1/emergency-stop", {{"seals", json::array{"contract"}}, {"reason", "a test"}});
}

void walk_applications(Walk& walk) {
    const auto made = walk.post("li.na", "/v1/applications", application_body("one"));
    const std::string number(made.json().at("number").as_string()), path = "/v1/applications/" + number;
    walk.post("li.na", "/v1/applications", {{"seal", "contract"}});
    walk.post("zhang.wei", "/v1/applications", application_body("one"));
    walk.post("li.na", "/v1/applications", application_body("one", "none"));
    auto wrong = application_body("one");
    wrong["documents"].as_array()[0].as_object()["digest"].as_object()["value"] = "abcd";
    walk.post("li.na", "/v1/applications", wrong);
    walk.ask("li.na", "GET", "/v1/applications");
    walk.ask("li.na", "GET", "/v1/applications?filter=theirs");
    for (const auto& each : {path, std::string("/v1/applications/7"), std::string("/v1/applications/A-2020-0001")}) walk.ask("li.na", "GET", each);
    auto approval = walk.instance.outside_approval("wang.fang", "department-review", {digest_of("one")});
    approval.application = ApplicationNumber::decode(number).value();
    walk.post("wang.fang", path + "/decisions", {{"approval", "abc"}});
    walk.post("chen.jie", path + "/decisions", {{"approval", walk.instance.mint(approval)}});
    walk.post("wang.fang", path + "/decisions", {{"approval", walk.instance.mint(approval)}});
    const json::object reason{{"reason", "a test"}};
    walk.post("chen.jie", path + "/revoke", reason);
    walk.post("wang.fang", path + "/revoke", {});
    walk.post("wang.fang", path + "/revoke", reason);
    walk.post("wang.fang", path + "/withdraw", {});
    walk.post("li.na", path + "/withdraw", {});
    walk.post("li.na", path + "/withdraw", {});
}

// Returned by the reviewer, and handed in again.
void walk_corrections(Walk& walk) {
    auto body = application_body("three");
    const std::string number(walk.post("li.na", "/v1/applications", body).json().at("number").as_string()), path = "/v1/applications/" + number;
    walk.post("li.na", path + "/hand-in", body);
    auto decision = walk.instance.outside_approval("wang.fang", "department-review", {digest_of("three")});
    decision.application = ApplicationNumber::decode(number).value();
    decision.decision = Decision::return_;
    decision.reason = "the amount is missing";
    walk.post("wang.fang", path + "/decisions", {{"approval", walk.instance.mint(decision)}});
    walk.post("li.na", path + "/hand-in", {});
    walk.post("zhao.min", path + "/hand-in", body);
    walk.post("li.na", path + "/hand-in", body);
    body["dry_run"] = true;
    walk.post("li.na", "/v1/applications", body);
    walk.post("zhang.wei", "/v1/applications", body);
}

void walk_staff(Walk& walk) {
    const auto record = [](const std::string& person, const std::string& until) {
        return json::object{{"person", person}, {"course", "seal-use"}, {"until", until}};
    };
    walk.post("zhang.wei", "/v1/training", record("li.na", "2099-12-31T00:00:00Z"));
    walk.post("zhang.wei", "/v1/training", record("li.na", "2020-12-31T00:00:00Z"));
    walk.post("zhang.wei", "/v1/training", record("nobody", "2099-12-31T00:00:00Z"));
    walk.post("li.na", "/v1/training", record("zhao.min", "2099-12-31T00:00:00Z"));
    walk.post("zhang.wei", "/v1/training", {});
    walk.ask("liu.yang", "GET", "/v1/training");
    walk.post("li.na", "/v1/feedback", {{"text", "good"}});
    walk.post("li.na", "/v1/feedback", {});
    walk.ask("liu.yang", "GET", "/v1/feedback");
    walk.post("zhang.wei", "/v1/reload", {});
    walk.post("zhang.wei", "/v1/reload", {{"file", "elsewhere"}});
    walk.post("li.na", "/v1/reload", {});
    walk.post("sun.li", "/v1/notices/test", {});
    walk.post("sun.li", "/v1/notices/test", {{"to", "everybody"}});
    walk.post("li.na", "/v1/notices/test", {});
}

void walk_documents(Walk& walk) {
    const std::string path = "/v1/documents/sha256/" + digest_of("content").hex();
    walk.ask("li.na", "PUT", path, "other content");
    walk.ask("liu.yang", "PUT", path, "content");
    walk.ask("li.na", "PUT", path, "content");
    walk.ask("li.na", "GET", path);
    walk.ask("li.na", "GET", path + "/mine");
    walk.ask("wang.fang", "GET", path);
}

void walk_signatures(Walk& walk) {
    const std::string path = "/v1/seals/contract/signatures";
    const std::vector<Digest> digests{digest_of("two")};
    const std::vector<std::string> approvals = {walk.instance.mint(walk.instance.outside_approval("wang.fang", "department-review", digests)),
                                                walk.instance.mint(walk.instance.outside_approval("chen.jie", "administration", digests))};
    walk.post("li.na", path, Instance::request_with({approvals[0]}, digests, "r-1"));
    auto request = Instance::request_with(approvals, digests, "r-2");
    walk.post("zhang.wei", "/v1/tokens/usb-1/lock", {});
    walk.post("li.na", path, request);
    walk.wait_for_the_token();
    walk.instance.unlock();
    walk.post("li.na", path, request);
    request["request_id"] = "r-3";
    walk.post("li.na", path, request);
    walk.post("li.na", "/v1/seals/none/signatures", request);
    walk.post("li.na", path, {{"format", "cms"}});
    request["documents"].as_array()[0].as_object()["digest"].as_object()["value"] = "abcd";
    walk.post("li.na", path, request);
    walk.ask("li.na", "POST", path, std::string(2UL * 1024 * 1024, ' '));
    request.erase("request_id");
    walk.post("li.na", "/v1/seals/contract/explain", request);
    walk.post("li.na", "/v1/seals/none/explain", {{"approvals", json::array{}}, {"documents", request["documents"]}, {"format", "cms"}});
    auto explained = Instance::request_with({approvals[0]}, digests, "");
    explained.erase("request_id");
    walk.post("li.na", "/v1/seals/contract/explain", explained);
    walk.post("li.na", "/v1/seals/none/explain", explained);
}

void walk_ledger(Walk& walk) {
    const std::string entries = "/v1/ledger/entries";
    walk.ask("liu.yang", "GET", entries);
    walk.ask("liu.yang", "GET", entries + "?limit=many");
    walk.ask("li.na", "GET", entries + "?person=wang.fang");
    walk.ask("liu.yang", "GET", entries + "/1");
    walk.ask("li.na", "GET", entries + "/0");
    walk.ask("liu.yang", "GET", entries + "/999999");
    walk.ask("liu.yang", "GET", entries + "/1/proof");
    walk.ask("liu.yang", "GET", entries + "/999999/proof");
    for (const char* which : {"", "?witnessed=true", "?witnessed=maybe"}) walk.ask("liu.yang", "GET", std::string("/v1/ledger/checkpoint") + which);
    for (const char* person : {"sun.li", "li.na"}) walk.post(person, "/v1/ledger/key", {{"reason", "yearly change"}});
    walk.post("sun.li", "/v1/ledger/key", {});
    walk.ask("liu.yang", "GET", "/v1/ledger/key");
    for (const std::string before : {"2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "yesterday"}) walk.ask("sun.li", "GET", "/v1/ledger/purge?before=" + before);
    for (const char* person : {"sun.li", "li.na"}) walk.post(person, "/v1/ledger/purge", {{"before", "2020-01-01T00:00:00Z"}, {"end", 512}, {"reason", "kept long enough"}});
    walk.post("sun.li", "/v1/ledger/purge", {{"before", "2020-01-01T00:00:00Z"}, {"end", 256}, {"reason", "kept long enough"}, {"export", {{"size", 300}, {"root", std::string(44, 'A')}}}});
    walk.post("sun.li", "/v1/ledger/purge", {{"before", "2020-01-01T00:00:00Z"}, {"end", 256}});
    for (const char* from : {"1", "none"}) walk.ask("liu.yang", "GET", std::string("/v1/ledger/consistency?from=") + from);
    walk.post("liu.yang", "/v1/ledger/sign-offs", {{"report_sha256", digest_of("report").hex()}, {"period", "2026Q4"}, {"remarks", "none"}});
    walk.post("liu.yang", "/v1/ledger/sign-offs", {{"report_sha256", digest_of("report").hex()}});
    walk.post("li.na", "/v1/ledger/sign-offs", {{"report_sha256", digest_of("report").hex()}, {"period", "2026Q4"}});
}

void walk_tiles(Walk& walk) {
    const std::string tile = "/v1/ledger/tile/";
    walk.ask_for_bytes("li.na", tile + "0/000.p/2");
    walk.ask("li.na", "GET", tile + "9/000");
    walk.ask_for_bytes("liu.yang", tile + "entries/001.p/2");
    walk.ask("liu.yang", "GET", tile + "entries/999.p/2");
    walk.ask("li.na", "GET", tile + "entries/000.p/2");
    auto many = application_body("many");
    for (int i = 0; i < 900; ++i)
        many["documents"].as_array().push_back(json::object{{"digest", digest_object(std::to_string(i))}, {"name", "file"}});
    walk.post("li.na", "/v1/applications", many);
    const auto submitted = walk.instance.entries("application-submitted");
    const std::string field = "/v1/ledger/detached/" + std::string(submitted.back().at("documents").as_object().at("detached").as_string());
    for (const char* person : {"liu.yang", "li.na"}) walk.ask(person, "GET", field);
    walk.ask("liu.yang", "GET", "/v1/ledger/detached/none");
}

void walk_backups(Walk& walk) {
    walk.post("li.na", "/v1/backups", {});
    walk.post("sun.li", "/v1/backups", {{"to", "everybody"}});
    const std::string backup = "/v1/backups/" + std::string(walk.post("sun.li", "/v1/backups", {}).json().at("id").as_string());
    walk.post("li.na", backup + "/finish", {});
    walk.post("sun.li", backup + "/finish", {});
    walk.post("sun.li", backup + "/finish", {{"by", "me"}});
    walk.post("sun.li", "/v1/backups/none/finish", {});
    for (const char* part : {"/parts/first", "/parts/7"}) walk.ask("sun.li", "GET", backup + part);
    walk.ask("li.na", "GET", backup + "/parts/0");
    for (const char* part : {"/parts/0", "/parts/1"}) walk.ask_for_bytes("sun.li", backup + part);
    const auto done = walk.post("sun.li", backup + "/finish", {}).json();
    const json::object drill{{"manifest", done.at("manifest_digest")}, {"made_at", "2026-11-24T08:00:00Z"}, {"entries", 1}};
    for (const char* person : {"sun.li", "li.na"}) walk.post(person, "/v1/backup-drills", drill);
    walk.post("sun.li", "/v1/backup-drills", {{"entries", 1}});
}

TEST(OpenApi, DescribesEveryAnswerOfTheDaemonAndNothingElse) {
    Walk walk;
    walk_tokens(walk);
    walk_seals(walk);
    walk_versions(walk);
    walk_custody(walk);
    walk_applications(walk);
    walk_corrections(walk);
    walk_staff(walk);
    walk_documents(walk);
    walk_signatures(walk);
    walk_ledger(walk);
    walk_tiles(walk);
    walk_backups(walk);
    walk_daemon(walk);
    walk.post("liu.yang", "/v1/tokens/usb-1/reconciliation", {});  // SoftHSM does not count
    walk_emergencies(walk);
    walk.post("liu.yang", "/v1/tokens/usb-1/reconciliation", {});
    walk.post("zhang.wei", "/v1/tokens/usb-1/lock", {});
    walk.ask("li.na", "GET", "/v1/ready");
    const auto checked = walk.check();
    EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
}

}  // namespace
}  // namespace seald::test
