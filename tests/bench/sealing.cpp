// The whole daemon under load: clients that ask for one signature after another, each over a connection of its own. Says
// how many records and signatures share a commit (and so an fsync of the write-ahead log), and how long a client waits;
// `bench_sealing history ENTRIES` how it compares with a daemon whose ledger is that long.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <latch>
#include <mutex>
#include <thread>

#include "tests/bench/history.hpp"
#include "tests/bench/latencies.hpp"
#include "tests/daemon/instance.hpp"
#include "tests/daemon/processes.hpp"

namespace seald::bench {
namespace {

namespace json = boost::json;
using test::Instance;

// What one user may have under way is limited, so the clients are those of sixteen people.
constexpr unsigned clerks = 16;
constexpr uid_t first_clerk = test::daemon_uid + 200;

test::Office office_with_clerks() {
    test::Office office;
    for (unsigned clerk = 0; clerk < clerks; ++clerk)
        office.extra += "[[person]]\nid = \"clerk." + std::to_string(clerk) + "\"\nname = \"Clerk " + std::to_string(clerk) +
                        "\"\ndepartment = \"sales\"\nunix_user = \"" + std::to_string(first_clerk + clerk) + "\"\nroles = [\"applicant\"]\n";
    return office;
}

// Keeps its connection; answers have a Content-Length.
class Client {
  public:
    Client(const Instance& instance, uid_t user) : socket_(instance.connect_as(user)) {}
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() { ::close(socket_); }

    int post(const std::string& target, const std::string& body) {
        const std::string request = "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        if (::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) test::fail("the daemon hung up");
        std::size_t head = std::string::npos;
        while ((head = received_.find("\r\n\r\n")) == std::string::npos) receive();
        const auto length = std::stoul(received_.substr(received_.find("Content-Length: ") + 16));
        while (received_.size() < head + 4 + length) receive();
        const int status = std::stoi(received_.substr(9, 3));
        received_.erase(0, head + 4 + length);
        return status;
    }

  private:
    void receive() {
        std::array<char, 65536> buffer{};
        const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (got <= 0) test::fail("the daemon hung up");
        received_.append(buffer.data(), static_cast<std::size_t>(got));
    }
    int socket_;
    std::string received_;
};

std::string approve(const Instance& instance, unsigned clerk, const std::string& approver, const std::string& step, const Digest& digest) {
    Approval approval = instance.outside_approval(approver, step, {digest});
    approval.applicant = PersonId::decode("clerk." + std::to_string(clerk)).value();
    return instance.mint(approval);
}

std::string request_for(const Instance& instance, unsigned clerk, const std::string& content) {
    const auto digest = Digest::of(DigestAlgorithm::sha256, as_bytes(content));
    const std::vector<std::string> approvals = {approve(instance, clerk, "wang.fang", "department-review", digest),
                                                approve(instance, clerk, "chen.jie", "administration", digest)};
    return json::serialize(Instance::request_with(approvals, {digest}, content));
}

// Approvals are signed before the clock runs: that is the approvers' work.
std::vector<std::vector<std::string>> prepare(const Instance& instance, unsigned clients, unsigned each) {
    std::vector<std::vector<std::string>> requests(clients);
    std::vector<std::thread> threads;
    static std::atomic<unsigned> series = 0;
    const std::string start = std::to_string(series++) + "/";
    for (unsigned half = 0; half < 2; ++half)
        threads.emplace_back([&, half] {
            for (unsigned client = half; client < clients; client += 2)
                for (unsigned n = 0; n < each; ++n)
                    requests[client].push_back(request_for(instance, client % clerks, start + std::to_string(client) + "/" + std::to_string(n)));
        });
    for (auto& thread : threads) thread.join();
    return requests;
}

struct Count {
    std::uint64_t entries, commits;
};
Count count(const Instance& instance) {
    const std::string database = (instance.state() / "ledger.db").string();
    const std::string command = "sqlite3 -readonly " + database + " 'SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM checkpoint)'";
    std::FILE* pipe = ::popen(command.c_str(), "r");
    Count result{};
    if (std::fscanf(pipe, "%lu|%lu", &result.entries, &result.commits) != 2) test::fail("cannot count with sqlite3");
    ::pclose(pipe);
    return result;
}

// So many clients, each asking for one signature after another.
struct Load {
    double seconds = 0;
    std::vector<double> times;  // of each request, ms
    unsigned failed = 0;
};
Load run(const Instance& instance, const std::vector<std::vector<std::string>>& requests) {
    Load load;
    std::mutex mutex;
    std::vector<std::thread> threads;
    std::latch together(static_cast<std::ptrdiff_t>(requests.size()) + 1);
    for (unsigned client = 0; client < requests.size(); ++client)
        threads.emplace_back([&, client] {
            Client connection(instance, first_clerk + client % clerks);
            std::vector<double> own;
            unsigned failed = 0;
            together.arrive_and_wait();
            for (const auto& request : requests[client]) {
                const auto start = Stopwatch::now();
                if (connection.post("/v1/seals/contract/signatures", request) != 200) ++failed;
                own.push_back(milliseconds_since(start));
            }
            const std::lock_guard lock(mutex);
            load.times.insert(load.times.end(), own.begin(), own.end());
            load.failed += failed;
        });
    together.arrive_and_wait();
    const auto start = Stopwatch::now();
    for (auto& thread : threads) thread.join();
    if (load.failed != 0) test::fail(std::to_string(load.failed) + " signatures were refused");
    load.seconds = milliseconds_since(start) / 1000;
    return load;
}

void measure(Instance& instance, unsigned clients, unsigned signatures) {
    const auto requests = prepare(instance, clients, std::max(1U, signatures / clients));
    const auto before = count(instance);
    auto [seconds, times, failed] = run(instance, requests);
    const auto after = count(instance);
    const auto commits = static_cast<double>(after.commits - before.commits);
    const auto done = static_cast<double>(times.size());
    std::printf("%7u %11.0f %13.1f %16.1f %9.2f %9.2f\n", clients, done / seconds, static_cast<double>(after.entries - before.entries) / commits,
                done / commits, percentile(times, 0.5), percentile(times, 0.99));
    std::fflush(stdout);
}

std::unique_ptr<Instance> make_office(const std::string& algorithm) {
    auto instance = std::make_unique<Instance>(office_with_clerks());
    instance->start();
    instance->unlock();
    instance->make_seal("contract", algorithm);
    return instance;
}

void measure_commits(unsigned signatures, const std::string& algorithm) {
    const auto instance = make_office(algorithm);
    std::printf("%s, %u signatures each; a commit is one fsync of the write-ahead log\n", algorithm.c_str(), signatures);
    std::printf("clients signatures/s records/commit signatures/commit    p50 ms    p99 ms\n");
    measure(*instance, 8, signatures / 10);  // warm
    for (const unsigned clients : {1U, 8U, 64U, 256U}) measure(*instance, clients, clients == 1 ? signatures / 4 : signatures);
}

// Two daemons, one with a history and one without, by short turns, so that what else the machine does meets both.
void compare_with_history(std::uint64_t entries) {
    const auto old = make_office("ec-p256");
    old->stop();
    add_history(old->state(), entries);
    const auto begun = Stopwatch::now();
    old->start();
    std::printf("start with %lu entries: it answers after %.0f ms\n", entries, milliseconds_since(begun));
    old->unlock();
    const auto fresh = make_office("ec-p256");
    for (const unsigned clients : {1U, 64U}) {
        constexpr unsigned each_turn = 1024;
        std::vector<double> on_old, on_fresh, ratios;
        for (int turn = 0; turn < 21; ++turn) {
            const unsigned signatures = clients == 1 ? each_turn / 8 : each_turn;
            const auto speed = [&](Instance& instance) {
                const auto requests = prepare(instance, clients, signatures / clients);
                const auto load = run(instance, requests);
                return static_cast<double>(load.times.size()) / load.seconds;
            };
            const double first = speed(turn % 2 == 0 ? *old : *fresh), second = speed(turn % 2 == 0 ? *fresh : *old);
            if (turn == 0) continue;  // warm
            on_old.push_back(turn % 2 == 0 ? first : second);
            on_fresh.push_back(turn % 2 == 0 ? second : first);
            ratios.push_back(on_old.back() / on_fresh.back());
        }
        std::printf("sealing, %2u clients: %.0f signatures/s with the history, %.0f/s without: %.3f of it (half of the turns %.3f to %.3f)\n", clients,
                    percentile(on_old, 0.5), percentile(on_fresh, 0.5), percentile(ratios, 0.5), percentile(ratios, 0.25), percentile(ratios, 0.75));
        std::fflush(stdout);
    }
}

}  // namespace
}  // namespace seald::bench

int main(int argc, char** argv) try {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (!words.empty() && words[0] == "history")
        seald::bench::compare_with_history(words.size() > 1 ? std::stoull(words[1]) : 1'000'000);
    else
        seald::bench::measure_commits(!words.empty() ? static_cast<unsigned>(std::stoul(words[0])) : 4000, words.size() > 1 ? words[1] : "ec-p256");
    return 0;
} catch (const std::exception& failure) {
    std::fprintf(stderr, "bench_sealing: %s\n", failure.what());
    return 1;
}
