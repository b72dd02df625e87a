// A cut-over under load: nobody's request fails, and each signature is by the key of its intent.
#include <atomic>

#include "core/certificate.hpp"
#include "tests/daemon/rotation.hpp"

namespace seald::test {
namespace {

struct Line {
    std::uint64_t index;
    json::object entry;
};
std::vector<Line> whole_ledger(Instance& instance) {
    std::vector<Line> lines;
    for (;;) {
        const auto page = instance.http("liu.yang", "GET", "/v1/ledger/entries?limit=1000&from=" + std::to_string(lines.size())).json();
        const auto& entries = page.at("entries").as_array();
        for (const auto& each : entries) lines.push_back({each.at("index").to_number<std::uint64_t>(), each.at("entry").as_object()});
        if (entries.size() < 1000) return lines;
    }
}

// Signs one document after the other until told to stop, with approvals of an outside system; what came of each.
struct Made {
    int status = 0;
    std::string body;
    std::string text;
};
std::vector<Made> keep_sealing(Instance& instance, int client, const std::atomic<bool>& stop, std::atomic<int>& done) {
    std::vector<Made> made;
    for (int n = 0; !stop; ++n) {
        const std::string name = std::to_string(client) + "-" + std::to_string(n);
        const auto digest = Digest::of(DigestAlgorithm::sha256, as_bytes(name));
        const auto review = instance.mint(instance.outside_approval("wang.fang", "department-review", {digest}));
        const auto final = instance.mint(instance.outside_approval("chen.jie", "administration", {digest}));
        const auto reply = instance.post("li.na", "/v1/seals/contract/signatures", Instance::request_with({review, final}, {digest}, "request-" + name));
        made.push_back({reply.status, reply.body, name});
        ++done;
    }
    return made;
}

TEST_F(Rotation, UnderLoadNoRequestFailsAndEachSignatureVerifiesWithTheCertificateOfItsIntent) {
    TemporaryFolder folder("seald-faults");
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    FaultyModule module(folder.path(), SoftHsm::module());
    Instance instance({.module = FaultyModule::module()});
    start(instance);
    std::map<std::int64_t, std::string> certificates{{1, pem_of(instance)}};
    replace(instance);
    module.misbehave("C_Sign delay 30");  // so that signatures are with the token whenever the cut-over comes

    std::atomic<bool> stop = false;
    std::atomic<int> done = 0;
    constexpr int clients = 6;
    std::vector<std::vector<Made>> made(clients);
    std::vector<std::thread> threads;
    for (int client = 0; client < clients; ++client)
        threads.emplace_back([&, client] { made[static_cast<std::size_t>(client)] = keep_sealing(instance, client, stop, done); });
    const auto wait_for = [&](int more) { const int want = done + more; return becomes([&] { return done >= want; }); };
    EXPECT_TRUE(wait_for(20));
    const auto second = instance.sealctl("zhang.wei", {"--json", "seal", "cut-over", "contract"});
    EXPECT_EQ(second.exit_code, 0) << second.err << second.out;
    certificates[2] = pem_of(instance);
    EXPECT_TRUE(wait_for(20));
    replace(instance, {"--self-signed-days", "30", "--algorithm", "ec-p384", "--at", moment_in(std::chrono::milliseconds(1500))});
    EXPECT_TRUE(becomes([&] { return show(instance).at("version").to_number<int>() == 3; }));
    certificates[3] = pem_of(instance);
    EXPECT_TRUE(wait_for(20));
    stop = true;
    for (auto& thread : threads) thread.join();

    std::map<std::int64_t, int> by_version;
    for (const auto& client : made)
        for (const auto& each : client) {
            ASSERT_EQ(each.status, 200) << each.body << instance.log();
            const auto answer = json::parse(each.body).as_object();
            const auto& signature = answer.at("signatures").at(0).as_object();
            const auto version = signature.at("version").to_number<std::int64_t>();
            EXPECT_EQ(word(json::object{{"pem", answer.at("certificate_chain").at(0)}}, "pem"), certificates.at(version));
            if (++by_version[version] > 8) continue;  // openssl takes its time
            const auto file = instance.desk() / ("sealed-" + each.text);
            write(file, each.text);
            write(file.string() + ".pem", certificates.at(version));
            const auto der = decode_base64(word(signature, "value")).value();
            std::ofstream(file.string() + ".p7s", std::ios::binary).write(reinterpret_cast<const char*>(der.data()), static_cast<std::streamsize>(der.size()));
            EXPECT_TRUE(openssl_verifies(file, file.string() + ".pem")) << "version " << version;
        }
    EXPECT_EQ(by_version.size(), 3u) << "each version sealed something";

    // The ledger: no intent has a key that was not in use, and what was under way ended with the key that it began with.
    std::int64_t in_use = 1;
    std::map<std::uint64_t, std::int64_t> intents;
    int ended_with_the_old_key = 0;
    for (const auto& [index, entry] : whole_ledger(instance)) {
        const auto kind = word(entry, "kind");
        if (kind == "seal-cut-over") in_use = entry.at("version").to_number<std::int64_t>();
        if (kind == "intent") {
            intents[index] = entry.at("version").to_number<std::int64_t>();
            EXPECT_EQ(intents[index], in_use) << "at entry " << index;
        }
        if (kind != "outcome") continue;
        EXPECT_EQ(word(entry, "result"), "signed");
        const auto version = entry.at("version").to_number<std::int64_t>();
        EXPECT_EQ(version, intents.at(entry.at("intent").to_number<std::uint64_t>()));
        EXPECT_EQ(word(entry, "certificate_serial"), Certificate::from_pem(certificates.at(version)).value().serial_hex());
        ended_with_the_old_key += version != in_use;
    }
    EXPECT_EQ(in_use, 3);
    EXPECT_GT(ended_with_the_old_key, 0) << "no signature was under way at a cut-over: this run shows nothing";
}

}  // namespace
}  // namespace seald::test
