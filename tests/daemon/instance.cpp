#include "tests/daemon/instance.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "tests/daemon/processes.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace std::chrono_literals;

struct Person {
    const char *id, *name, *department, *roles, *reviews;
};
constexpr Person office[] = {{"li.na", "李娜", "sales", R"(["applicant"])", ""},
                             {"wang.fang", "王芳", "sales", R"(["reviewer"])", R"(["sales"])"},
                             {"chen.jie", "陳杰", "administration", R"(["approver"])", ""},
                             {"zhang.wei", "張偉", "administration", R"(["custodian"])", ""},
                             {"liu.yang", "劉洋", "audit", R"(["auditor"])", ""},
                             {"zhao.min", "趙敏", "sales", R"(["applicant", "reviewer"])", R"(["sales"])"},
                             {"sun.li", "孫麗", "finance", R"(["applicant", "approver"])", ""},
                             {"guo.jing", "郭靜", "administration", R"(["administrator"])", ""}};

}  // namespace

uid_t uid_of(const std::string& person) {
    const auto found = std::ranges::find(people, person);
    if (found == people.end()) return daemon_uid + 50;  // nobody who is enrolled
    return daemon_uid + 1 + static_cast<uid_t>(found - people.begin());
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
    if (fs::path(office_.module) != SoftHsm::module()) {
        const fs::path copy = folder_ / "bin" / fs::path(office_.module).filename();
        fs::copy_file(office_.module, copy);
        office_.module = copy;
    }
    softhsm_.add_token("Seal Key 1");
    if (!office_.second_pin.empty()) softhsm_.add_token("Seal Key 2");
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
    if (!office_.second_pin.empty())
        out << "[[token]]\nname = \"usb-2\"\nmodule = \"" << SoftHsm::module() << "\"\nlabel = \"Seal Key 2\"\npin = \"" << office_.second_pin << "\"\n";
    for (const auto& person : office) {
        if (office_.absent.contains(person.id)) continue;
        out << "[[person]]\nid = \"" << person.id << "\"\nname = \"" << person.name << "\"\ndepartment = \"" << person.department << "\"\nunix_user = \""
            << uid_of(person.id) << "\"\nroles = " << person.roles << "\napproval_key = \"keys/" << person.id << ".pub.pem\"\n";
        if (*person.reviews != '\0') out << "reviews = " << person.reviews << "\n";
        if (const auto extra = office_.person_extra.find(person.id); extra != office_.person_extra.end()) out << extra->second << "\n";
    }
    out << "[[application_client]]\nid = \"erp\"\nunix_user = \"" << uid_of("erp") << "\"\napproval_key = \"keys/erp.pub.pem\"\n[seal.contract]\n"
        << "users = [\"department:sales\", \"erp\"]\nsteps = [\n"
        << "  { name = \"department-review\", role = \"reviewer\", count = 1 },\n  { name = \"administration\", role = \"approver\", count = 1 },\n]\n"
        << "formats = " << office_.formats << "\napproval_ttl = \"" << office_.approval_ttl << "\"\nreseal = \"" << office_.reseal << "\"\n" << office_.seal_extra << "\n" << office_.extra;
}

void Instance::configure(Office office) {
    office.module = office_.module;  // the copy that the daemon's user can load
    office_ = std::move(office);
    write_configuration();
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

Output Instance::as(const std::string& person, std::vector<std::string> command) { return run(uid_of(person), std::move(command), ""); }

std::string Instance::tool(const std::string& name) {
    const fs::path copy = folder_ / "bin" / name;
    if (!fs::exists(copy)) fs::copy_file(fs::path(SEALD_BUILD_DIR) / "tests/support" / name, copy);
    return copy;
}

Output Instance::sealctl(const std::string& person, std::vector<std::string> arguments, const std::string& input) {
    arguments.insert(arguments.begin(), (folder_ / "bin" / "sealctl").string());
    return run(uid_of(person), std::move(arguments), input);
}

Output Instance::sealctl_at(const std::string& server, const std::string& person, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {(folder_ / "bin" / "sealctl").string(), "--server", server});
    return run(uid_of(person), std::move(arguments), "");
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

void Instance::start() { start({(folder_ / "bin" / "seald").string(), "--config", configuration().string()}); }

void Instance::start(std::vector<std::string> command) {
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

}  // namespace seald::test
