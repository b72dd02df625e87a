#include "tests/daemon/instance.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

namespace seald::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace std::chrono_literals;

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

std::string read_all(int descriptor) {
    std::string all;
    std::array<char, 65536> buffer{};
    for (;;) {
        const auto got = ::read(descriptor, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return all;
        all.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

std::string read_file(const fs::path& file) {
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

void give_to(const fs::path& path, uid_t uid, mode_t mode) {
    if (::chown(path.c_str(), uid, static_cast<gid_t>(uid)) != 0) fail("daemon tests act as several Unix users and need root: chown " + path.string());
    if (::chmod(path.c_str(), mode) != 0) fail("chmod " + path.string());
}

// In a child, before exec: that person, and nothing of root's.
void become(uid_t uid) {
    if (::setgroups(0, nullptr) != 0 || ::setresgid(uid, uid, uid) != 0 || ::setresuid(uid, uid, uid) != 0) ::_exit(126);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> list;
    for (auto& text : texts) list.push_back(text.data());
    list.push_back(nullptr);
    return list;
}

struct Person {
    const char *id, *name, *department, *roles, *reviews;
};
constexpr Person office[] = {{"li.na", "李娜", "sales", R"(["applicant"])", ""},
                             {"wang.fang", "王芳", "sales", R"(["reviewer"])", R"(["sales"])"},
                             {"chen.jie", "陳杰", "administration", R"(["approver"])", ""},
                             {"zhang.wei", "張偉", "administration", R"(["custodian"])", ""},
                             {"liu.yang", "劉洋", "audit", R"(["auditor"])", ""},
                             {"zhao.min", "趙敏", "sales", R"(["applicant", "reviewer"])", R"(["sales"])"},
                             {"sun.li", "孫麗", "finance", R"(["applicant", "approver"])", ""}};

}  // namespace

uid_t uid_of(const std::string& person) {
    const auto found = std::ranges::find(people, person);
    if (found == people.end()) return daemon_uid + 50;  // nobody who is enrolled
    return daemon_uid + 1 + static_cast<uid_t>(found - people.begin());
}

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

Instance::Instance(Office settings) : office_(std::move(settings)), softhsm_(daemon_uid) {
    std::string pattern = fs::temp_directory_path() / "seald-test-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) fail("mkdtemp");
    folder_ = pattern;
    give_to(folder_, daemon_uid, 0755);
    for (const char* part : {"bin", "keys", "desk", "run"}) fs::create_directory(folder_ / part);
    give_to(folder_ / "desk", daemon_uid, 0777);
    give_to(folder_ / "run", daemon_uid, 0755);
    // The build folder may be where other users cannot go; the programs run from here.
    for (const char* program : {"daemon/seald", "pkcs11/seald-token", "client/sealctl"}) {
        const fs::path from = fs::path(SEALD_BUILD_DIR) / program;
        fs::copy_file(from, folder_ / "bin" / from.filename());
    }
    softhsm_.add_token("Seal Key 1");
    for (const auto& person : people) {
        auto key = PrivateKey::generate(KeyAlgorithm::ec_p256).value();
        key.save_pem(key_file(person)).value();
        give_to(key_file(person), uid_of(person), 0600);
        std::ofstream(folder_ / "keys" / (person + ".pub.pem")) << key.public_key().to_pem();
        keys_.emplace(person, std::move(key));
    }
    write_configuration();
    if (const auto made = seald({"--init"}); made.exit_code != 0) fail("seald --init: " + made.err);
}

Instance::~Instance() {
    if (daemon_ != 0) kill9();
    std::error_code ignored;
    if (std::uncaught_exceptions() == 0) fs::remove_all(folder_, ignored);
}

void Instance::write_configuration() const {
    std::ofstream out(configuration());
    out << "[daemon]\nid = \"seald.test.example\"\nstate_dir = \"" << state().string() << "\"\n[listen.unix]\npath = \""
        << (folder_ / "run" / "seald.sock").string() << "\"\n[[token]]\nname = \"usb-1\"\nmodule = \"" << office_.module
        << "\"\nlabel = \"Seal Key 1\"\npin = \"" << office_.pin << "\"\n" << office_.token_extra << "\n";
    for (const auto& person : office) {
        out << "[[person]]\nid = \"" << person.id << "\"\nname = \"" << person.name << "\"\ndepartment = \"" << person.department << "\"\nunix_user = \""
            << uid_of(person.id) << "\"\nroles = " << person.roles << "\napproval_key = \"keys/" << person.id << ".pub.pem\"\n";
        if (*person.reviews != '\0') out << "reviews = " << person.reviews << "\n";
    }
    out << "[[application_client]]\nid = \"erp\"\nunix_user = \"" << uid_of("erp") << "\"\n[seal.contract]\n"
        << "users = [\"department:sales\", \"erp\", \"sun.li\"]\nsteps = [\n"
        << "  { name = \"department-review\", role = \"reviewer\", count = 1 },\n  { name = \"administration\", role = \"approver\", count = 1 },\n]\n"
        << "formats = " << office_.formats << "\napproval_ttl = \"" << office_.approval_ttl << "\"\nreseal = \"" << office_.reseal << "\"\n";
}

Output Instance::run(uid_t uid, std::vector<std::string> command, const std::string& input) {
    std::vector<std::string> environment = {"PATH=/usr/bin:/bin", "HOME=" + desk().string(), "LANG=C.UTF-8",
                                            "SEALD_SERVER=unix:" + (folder_ / "run" / "seald.sock").string(),
                                            "SOFTHSM2_CONF=" + softhsm_.config().string()};
    for (const char* name : {"SEALD_FAULTY_MODULE", "SEALD_FAULTY_RULES", "SEALD_FAULTY_CALLS", "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"})
        if (const char* value = std::getenv(name)) environment.push_back(std::string(name) + "=" + value);
    auto arguments = pointers(command);
    auto variables = pointers(environment);
    const std::string working_folder = desk();

    int in[2], out[2], err[2];
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) fail("pipe");
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(in[0], 0);
        ::dup2(out[1], 1);
        ::dup2(err[1], 2);
        if (::chdir(working_folder.c_str()) != 0) ::_exit(126);
        become(uid);
        ::execve(arguments[0], arguments.data(), variables.data());
        ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    ::close(err[1]);
    [[maybe_unused]] const auto sent = ::write(in[1], input.data(), input.size());
    ::close(in[1]);
    Output output;
    std::thread errors([&] { output.err = read_all(err[0]); });
    output.out = read_all(out[0]);
    errors.join();
    ::close(out[0]);
    ::close(err[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    output.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return output;
}

Output Instance::sealctl(const std::string& person, std::vector<std::string> arguments, const std::string& input) {
    arguments.insert(arguments.begin(), (folder_ / "bin" / "sealctl").string());
    return run(uid_of(person), std::move(arguments), input);
}

json::object Instance::sealctl_json(const std::string& person, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "--json");
    const auto output = sealctl(person, arguments);
    if (output.exit_code != 0) {
        std::string command;
        for (const auto& argument : arguments) command += " " + argument;
        fail("sealctl" + command + " as " + person + ": exit " + std::to_string(output.exit_code) + ": " + output.err + output.out + "\n" + log());
    }
    return json::parse(output.out).as_object();
}

Output Instance::seald(std::vector<std::string> arguments) {
    std::vector<std::string> command = {(folder_ / "bin" / "seald").string(), "--config", configuration().string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run(daemon_uid, std::move(command), "");
}

void Instance::start() {
    std::vector<std::string> command = {(folder_ / "bin" / "seald").string(), "--config", configuration().string()};
    auto arguments = pointers(command);
    const int log_file = ::open((folder_ / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    daemon_ = ::fork();
    if (daemon_ == 0) {
        ::dup2(log_file, 1);
        ::dup2(log_file, 2);
        become(daemon_uid);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::close(log_file);
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (std::chrono::steady_clock::now() < deadline) {
        if (::waitpid(daemon_, nullptr, WNOHANG) == daemon_) {
            daemon_ = 0;
            fail("seald ended at start: " + log());
        }
        try {
            if (http("nobody", "GET", "/v1/health").status == 200) return;
        } catch (const std::runtime_error&) {  // it does not listen yet
        }
        std::this_thread::sleep_for(20ms);
    }
    fail("seald did not answer within a minute: " + log());
}

int Instance::stop() {
    ::kill(daemon_, SIGTERM);
    int status = 0;
    ::waitpid(daemon_, &status, 0);
    daemon_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void Instance::kill9() {
    ::kill(daemon_, SIGKILL);
    ::waitpid(daemon_, nullptr, 0);
    daemon_ = 0;
}

pid_t Instance::token_process() const {
    std::ifstream children("/proc/" + std::to_string(daemon_) + "/task/" + std::to_string(daemon_) + "/children");
    pid_t child = 0;
    children >> child;
    return child;
}

std::string Instance::log() const { return read_file(folder_ / "log"); }
std::string Instance::ledger_key() const {
    auto key = read_file(state() / "ledger.vkey");
    while (!key.empty() && key.back() == '\n') key.pop_back();
    return key;
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

std::string Instance::raw(const std::string& person, const std::string& bytes) {
    const int descriptor = connect_as(uid_of(person));
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const auto wrote = ::send(descriptor, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (wrote <= 0) break;  // it may have answered and closed already
        sent += static_cast<std::size_t>(wrote);
    }
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

void Instance::unlock() {
    const auto unlocked = sealctl("zhang.wei", {"token", "unlock", "usb-1", "--pin-file", "-"}, "1234\n");
    if (unlocked.exit_code != 0) fail("token unlock: " + unlocked.err + log());
}

void Instance::make_seal(const std::string& name, const std::string& algorithm) {
    sealctl_json("zhang.wei", {"seal", "make", name, "--kind", "contract", "--title", "合同專用章", "--owner", "Example Ltd", "--token", "usb-1",
                               "--algorithm", algorithm, "--self-signed-days", "30"});
    sealctl_json("zhang.wei", {"seal", "file", name, "--number", "42", "--date", "2026-11-23"});
    sealctl_json("zhang.wei", {"seal", "activate", name, "--reason", "test"});
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

std::vector<json::object> Instance::entries(const std::string& kind) {
    std::vector<json::object> list;
    const auto reply = http("liu.yang", "GET", "/v1/ledger/entries?limit=1000&kind=" + kind);
    for (const auto& each : reply.json().at("entries").as_array()) list.push_back(each.as_object().at("entry").as_object());
    return list;
}

}  // namespace seald::test
