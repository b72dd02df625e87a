// The whole daemon under load: clients that ask for one signature after another, each over a connection of its own. Says
// how many records and signatures share a commit (and so an fsync of the write-ahead log), and how long a client waits.
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

#include "tests/bench/latencies.hpp"
#include "tests/daemon/instance.hpp"
#include "tests/daemon/processes.hpp"

namespace seald::bench {
namespace {

namespace json = boost::json;
using test::Instance;

// Keeps its connection; answers have a Content-Length.
class Client {
  public:
    explicit Client(const Instance& instance) : socket_(instance.connect_as(test::uid_of("li.na"))) {}
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

std::string request_for(const Instance& instance, const std::string& content) {
    const auto digest = Digest::of(DigestAlgorithm::sha256, as_bytes(content));
    const std::vector<std::string> approvals = {instance.mint(instance.outside_approval("wang.fang", "department-review", {digest})),
                                                instance.mint(instance.outside_approval("chen.jie", "administration", {digest}))};
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
                    requests[client].push_back(request_for(instance, start + std::to_string(client) + "/" + std::to_string(n)));
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

void measure(Instance& instance, unsigned clients, unsigned signatures) {
    const auto requests = prepare(instance, clients, std::max(1U, signatures / clients));
    const auto before = count(instance);
    std::vector<double> times;
    std::mutex mutex;
    std::atomic<unsigned> failed = 0;
    std::vector<std::thread> threads;
    std::latch together(clients + 1);
    for (unsigned client = 0; client < clients; ++client)
        threads.emplace_back([&, client] {
            Client connection(instance);
            std::vector<double> own;
            together.arrive_and_wait();
            for (const auto& request : requests[client]) {
                const auto start = Stopwatch::now();
                if (connection.post("/v1/seals/contract/signatures", request) != 200) ++failed;
                own.push_back(milliseconds_since(start));
            }
            const std::lock_guard lock(mutex);
            times.insert(times.end(), own.begin(), own.end());
        });
    together.arrive_and_wait();
    const auto start = Stopwatch::now();
    for (auto& thread : threads) thread.join();
    const double seconds = milliseconds_since(start) / 1000;
    const auto after = count(instance);
    const auto commits = static_cast<double>(after.commits - before.commits);
    const auto done = static_cast<double>(times.size());
    std::printf("%7u %11.0f %13.1f %16.1f %9.2f %9.2f %7u\n", clients, done / seconds, static_cast<double>(after.entries - before.entries) / commits,
                done / commits, percentile(times, 0.5), percentile(times, 0.99), failed.load());
    std::fflush(stdout);
}

}  // namespace
}  // namespace seald::bench

int main(int argc, char** argv) try {
    using namespace seald;
    const unsigned signatures = argc > 1 ? static_cast<unsigned>(std::stoul(argv[1])) : 4000;
    const std::string algorithm = argc > 2 ? argv[2] : "ec-p256";
    test::Instance instance;
    instance.start();
    instance.unlock();
    instance.make_seal("contract", algorithm);
    std::printf("%s, %u signatures each; a commit is one fsync of the write-ahead log\n", algorithm.c_str(), signatures);
    std::printf("clients signatures/s records/commit signatures/commit    p50 ms    p99 ms  failed\n");
    bench::measure(instance, 8, signatures / 10);  // warm
    for (const unsigned clients : {1U, 8U, 64U, 256U}) bench::measure(instance, clients, clients == 1 ? signatures / 4 : signatures);
    return 0;
} catch (const std::exception& failure) {
    std::fprintf(stderr, "bench_sealing: %s\n", failure.what());
    return 1;
}
