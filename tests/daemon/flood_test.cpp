// One client that misbehaves costs the others little: floods of requests, of refusals, and of connections that say nothing.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <fstream>
#include <latch>
#include <regex>
#include <thread>

#include "tests/daemon/tls_office.hpp"
#include "tests/support/faulty_module.hpp"

namespace seald::test {
namespace {

Digest digest_of(int n) { return Digest::of(DigestAlgorithm::sha256, as_bytes("document " + std::to_string(n))); }

struct OpenFolder {  // for the module's rules: the token process, another user, reads and writes here
    OpenFolder() {
        std::string pattern = std::filesystem::temp_directory_path() / "seald-flood-XXXXXX";
        path = ::mkdtemp(pattern.data());
        std::filesystem::permissions(path, std::filesystem::perms::all);
    }
    ~OpenFolder() { std::filesystem::remove_all(path); }
    std::filesystem::path path;
};

// A token that takes a while for each signature, one after the other.
struct SlowToken : ::testing::Test {
    SlowToken() : faults(folder.path, SoftHsm::module()), instance({.module = FaultyModule::module(), .token_extra = "sessions = 1"}) {
        instance.start();
        instance.unlock();
        instance.make_seal();
        for (int n = 0; n < requests; ++n) documents.push_back(digest_of(n));
        approvals = {approved("wang.fang", "department-review", "zhao.min", documents),
                     approved("chen.jie", "administration", "zhao.min", documents)};
    }
    std::string approved(const std::string& by, const std::string& step, const std::string& applicant, const std::vector<Digest>& what) {
        auto approval = instance.outside_approval(by, step, what);
        approval.applicant = PersonId::decode(applicant).value();
        return instance.mint(approval);
    }
    Reply sign_as_flooder(int n) {
        return instance.post("zhao.min", "/v1/seals/contract/signatures", Instance::request_with(approvals, {documents[static_cast<std::size_t>(n)]}, "r-" + std::to_string(n)));
    }

    static constexpr int requests = 60;
    OpenFolder folder;
    FaultyModule faults;
    Instance instance;
    std::vector<Digest> documents;
    std::vector<std::string> approvals;
};

TEST_F(SlowToken, AFlooderIsTurnedAwayAndAnothersSignatureComesAfterATurnOrTwo) {
    const std::vector<Digest> mine{digest_of(1000)};
    const std::vector<std::string> own = {approved("wang.fang", "department-review", "li.na", mine), approved("chen.jie", "administration", "li.na", mine)};
    faults.misbehave("C_Sign delay 100");
    std::atomic<int> sealed = 0, turned_away = 0, other = 0;
    std::latch together(requests);
    std::vector<std::thread> flood;
    for (int n = 0; n < requests; ++n)
        flood.emplace_back([&, n] {
            together.arrive_and_wait();
            const auto reply = sign_as_flooder(n);
            ++(reply.status == 200 ? sealed : reply.status == 429 ? turned_away : other);
        });
    while (turned_away == 0 && sealed + other < requests) std::this_thread::yield();  // the flood is at its height
    const int before = sealed;
    const auto reply = instance.post("li.na", "/v1/seals/contract/signatures", Instance::request_with(own, mine, "mine"));
    const int overtaken_by = sealed - before;
    for (auto& each : flood) each.join();
    EXPECT_EQ(reply.status, 200) << reply.body;
    // Two signatures are with the token and one is served in turn; the other places in the line are not before hers.
    EXPECT_LE(overtaken_by, 12) << "of " << sealed;
    EXPECT_EQ(other, 0);
    EXPECT_EQ(sealed + turned_away, requests);
    EXPECT_GE(turned_away, requests - 32 - overtaken_by - 12);
    EXPECT_LE(instance.entries("refusal").size(), 2U) << "a flood does not fill the ledger";
}

TEST(Flood, OfRefusalsIsTurnedAwayBeforeAnythingIsDecided) {
    Instance instance;
    instance.start();
    int refused = 0;
    Reply last;
    for (int n = 0; n < 2000 && last.status != 429; ++n) {
        last = instance.http("erp", "POST", "/v1/tokens/usb-1/lock", "{}");
        refused += last.status == 403;
    }
    EXPECT_EQ(last.status, 429);
    EXPECT_EQ(last.rule(), "refusals");
    EXPECT_GE(refused, 300);
    EXPECT_EQ(instance.http("li.na", "GET", "/v1/seals").status, 200) << "nobody else is concerned";
}

std::size_t resident_kilobytes(pid_t process) {
    std::smatch found;
    const std::string status = read_file("/proc/" + std::to_string(process) + "/status");
    return std::regex_search(status, found, std::regex("VmRSS:\\s+([0-9]+)")) ? std::stoul(found[1]) : 0;
}

// Sockets that are kept open and say nothing, or half a word.
class Mute {
  public:
    explicit Mute(int descriptor) : descriptor_(descriptor) {}
    Mute(Mute&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Mute& operator=(Mute&&) = delete;
    ~Mute() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

  private:
    int descriptor_;
};

Mute half_open(const std::string& port) {
    const int fresh = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fresh, static_cast<sockaddr*>(static_cast<void*>(&address)), sizeof address) != 0) fail("connect");
    return Mute(fresh);
}

TEST(Flood, OfAThousandHalfOpenAndSlowConnectionsLeavesRoomForOthers) {
    TlsOffice office;
    office.start();
    EXPECT_EQ(office.sealctl("li.na", {"status"}).exit_code, 0);
    const std::size_t before = resident_kilobytes(office.instance.pid());
    std::vector<Mute> half, slow;
    for (int n = 0; n < 1000; ++n) {
        half.push_back(half_open(office.port));
        slow.emplace_back(office.instance.open_and_send("erp", "GET / HT"));
    }
    EXPECT_EQ(office.sealctl("li.na", {"status"}).exit_code, 0) << "over TLS " << office.instance.log();
    EXPECT_EQ(office.instance.http("li.na", "GET", "/v1/seals").status, 200) << "over the Unix socket";
    const std::size_t after = resident_kilobytes(office.instance.pid());
    RecordProperty("kilobytes_before", static_cast<int>(before));
    RecordProperty("kilobytes_after", static_cast<int>(after));
    std::printf("memory before %zu KiB, with 1000 half-open TLS and 1000 slow Unix connections %zu KiB\n", before, after);
    EXPECT_LT(after, before + 32UL * 1024);
}

}  // namespace
}  // namespace seald::test
