#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <thread>

#include "core/act_confirmation.hpp"
#include "tests/daemon/instance.hpp"
#include "tests/daemon/processes.hpp"

namespace seald::test {

namespace fs = std::filesystem;
namespace json = boost::json;

json::object Reply::json() const {
    auto value = json::parse(body);
    return value.as_object();
}

std::string Reply::rule() const {
    const auto object = json();
    const auto* error = object.if_contains("error");
    if (error == nullptr || !error->as_object().at("rule").is_string()) return "";
    return std::string(error->as_object().at("rule").as_string());
}

// Credentials belong to threads: one takes another uid, connects, and the kernel remembers that uid as the peer's.
int Instance::connect_as(uid_t uid) const {
    int descriptor = -1;
    std::thread([&] {
        if (::syscall(SYS_setresuid, -1, uid, -1) != 0) return;
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string path = folder_ / "run" / "seald.sock";
        path.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
        const int fresh = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr* where = static_cast<sockaddr*>(static_cast<void*>(&address));
        if (::connect(fresh, where, sizeof address) == 0)
            descriptor = fresh;
        else
            ::close(fresh);
    }).join();
    if (descriptor < 0) fail("cannot connect to seald");
    return descriptor;
}

int Instance::open_and_send(const std::string& person, const std::string& bytes) {
    const int descriptor = connect_as(uid_of(person));
    ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return descriptor;
}

std::string Instance::raw(const std::string& person, const std::string& bytes) {
    const int descriptor = connect_as(uid_of(person));
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const auto wrote = ::send(descriptor, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (wrote <= 0) break;  // it may have answered and closed already
        sent += static_cast<std::size_t>(wrote);
    }
    ::shutdown(descriptor, SHUT_WR);  // that was all, even if the request promised more
    auto answer = read_all(descriptor);
    ::close(descriptor);
    return answer;
}

Reply Instance::http(const std::string& person, const std::string& method, const std::string& target, const std::string& body) {
    const auto answer = raw(person, method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " +
                                        std::to_string(body.size()) + "\r\n\r\n" + body);
    const auto end = answer.find("\r\n\r\n");
    if (end == std::string::npos || answer.size() < 12) fail("no HTTP answer: " + answer);
    return {std::stoi(answer.substr(9, 3)), answer.substr(end + 4)};
}

Reply Instance::post(const std::string& person, const std::string& target, const json::object& body) {
    return http(person, "POST", target, json::serialize(body));
}

std::string Instance::token_state(const std::string& token) {
    return std::string(http("zhang.wei", "GET", "/v1/tokens/" + token).json().at("state").as_string());
}

bool Instance::token_becomes(const std::string& token, const std::string& state) {
    for (int looks = 0; looks < 3000; ++looks) {
        if (token_state(token) == state) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

void Instance::unlock(const std::string& token, std::vector<std::string> terms) {
    std::vector<std::string> arguments = {"token", "unlock", token, "--pin-file", "-"};
    arguments.insert(arguments.end(), terms.begin(), terms.end());
    const auto unlocked = sealctl("zhang.wei", arguments, "1234\n");
    if (unlocked.exit_code != 0) fail("token unlock: " + unlocked.err + log());
}

// Two seals in force never read the same.
std::string title_of(const std::string& seal) { return seal == "contract" ? "合同專用章" : "合同專用章 " + seal; }

Output Instance::confirm(const std::string& person, const std::string& act) {
    return sealctl(person, {"act", "confirm", act, "--key", key_file(person).string(), "--yes"});
}

json::object Instance::with_second_person(std::vector<std::string> arguments) {
    const std::string act(sealctl_json("zhang.wei", std::move(arguments)).at("number").as_string());
    return sealctl_json("guo.jing", {"act", "confirm", act, "--key", key_file("guo.jing").string(), "--yes"});
}

std::string Instance::signed_confirmation(const std::string& act, const std::string& by) {
    const std::string statement(http("liu.yang", "GET", "/v1/acts/" + act).json().at("statement").as_string());
    const Timestamp now = from_unix(to_unix(SystemClock().now()));
    const ActConfirmation confirmation{.issuer = PersonId::decode(by).value(),
                                       .audience = "seald.test.example",
                                       .id = new_approval_id(),
                                       .issued_at = now,
                                       .not_before = now,
                                       .expires_at = now + std::chrono::minutes(5),
                                       .act = ActNumber::decode(act).value(),
                                       .statement = Digest::of(DigestAlgorithm::sha256, as_bytes(statement))};
    return sign_act_confirmation(confirmation, keys_.at(by)).value();
}

void Instance::make_seal(const std::string& name, const std::string& algorithm, const std::string& token) {
    sealctl_json("zhang.wei", {"seal", "make", name, "--kind", "contract", "--title", title_of(name), "--owner", "Example Ltd", "--token", token,
                               "--algorithm", algorithm, "--self-signed-days", "30"});
    sealctl_json("zhang.wei", {"seal", "file", name, "--number", "42", "--date", "2026-11-23"});
    sealctl_json("zhang.wei", {"seal", "activate", name, "--reason", "test"});
}

void Instance::import_key(const std::string& pem, const std::string& id) {
    const fs::path file = folder_ / "keys" / "imported.key";
    std::ofstream(file) << pem;
    softhsm_.import_key("Seal Key 1", file, id);
}

fs::path Instance::write_file(const std::string& name, const std::string& content) {
    const fs::path file = desk() / name;
    std::ofstream(file) << content;
    ::chmod(file.c_str(), 0644);
    return file;
}

std::string Instance::approved_application(const std::vector<fs::path>& files) {
    std::vector<std::string> arguments = {"apply", "--seal", "contract", "--purpose", "a test", "--type", "contract"};
    for (const auto& file : files) arguments.push_back(file.string());
    const auto applied = sealctl_json("li.na", arguments);
    const std::string number(applied.at("number").as_string());
    for (const char* approver : {"wang.fang", "chen.jie"})
        sealctl_json(approver, {"approve", number, "--key", key_file(approver).string(), "--yes"});
    return number;
}

Approval Instance::outside_approval(const std::string& approver, const std::string& step, const std::vector<Digest>& documents) const {
    const Timestamp now = from_unix(to_unix(SystemClock().now()));
    Approval approval{.issuer = PersonId::decode(approver).value(),
                      .audience = "seald.test.example",
                      .applicant = PersonId::decode("li.na").value(),
                      .id = new_approval_id(),
                      .issued_at = now,
                      .not_before = now,
                      .expires_at = now + std::chrono::hours(1),
                      .application = {},
                      .seal = SealName::decode("contract").value(),
                      .step = StepName::decode(step).value(),
                      .decision = Decision::approve,
                      .documents = {},
                      .quota_uses = {},
                      .purpose = "a test",
                      .reason = {}};
    for (const auto& digest : documents) approval.documents.push_back({digest, "file"});
    return approval;
}

std::string Instance::mint(const Approval& approval) const { return sign_approval(approval, keys_.at(approval.issuer.str())).value(); }

json::object Instance::request_with(const std::vector<std::string>& approvals, const std::vector<Digest>& documents, const std::string& request_id) {
    json::array tokens, list;
    for (const auto& each : approvals) tokens.push_back(json::string(each));
    for (const auto& digest : documents)
        list.push_back(json::object{{"digest", json::object{{"alg", to_string(digest.algorithm())}, {"value", digest.hex()}}}, {"name", "file"}});
    return {{"approvals", std::move(tokens)}, {"documents", std::move(list)}, {"format", "cms"}, {"purpose", "a test"}, {"request_id", request_id}};
}

void Instance::grow_ledger(int entries) {
    const json::object sign_off{{"report_sha256", std::string(64, '0')}, {"period", "2026Q4"}};
    for (int i = 0; i < entries; ++i)
        if (const auto reply = post("liu.yang", "/v1/ledger/sign-offs", sign_off); reply.status != 201) fail("no entry: " + reply.body);
}

std::vector<json::object> Instance::entries(const std::string& kind) {
    std::vector<json::object> list;
    const auto page = http("liu.yang", "GET", "/v1/ledger/entries?limit=1000&kind=" + kind).json();
    for (const auto& each : page.at("entries").as_array()) list.push_back(each.as_object().at("entry").as_object());
    return list;
}

}  // namespace seald::test
