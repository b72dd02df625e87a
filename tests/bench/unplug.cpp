// A smart card is pulled out and put back five times while it seals, and a module crashes and hangs in C_Sign: what a second
// token beside it notices, and how soon the first seals again. Prints figures and ratios of one run.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <vector>

#include "tests/daemon/sealing_stream.hpp"
#include "tests/support/faulty_module.hpp"
#include "tests/support/softhsm.hpp"
#include "tests/support/virtual_cards.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double milliseconds(Clock::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

std::string token(const std::string& name, const VirtualCard& card, const fs::path& pin) {
    return "[[token]]\nname = \"" + name + "\"\nmodule = \"" + VirtualCards::module() + "\"\nserial = \"" + card.serial() + "\"\npin = \"file:" +
           pin.string() + "\"\nsessions = 1\n";
}

fs::path pin_file(const VirtualCards& cards) {
    const auto file = cards.folder() / "pin";
    std::ofstream(file) << VirtualCard::pin();
    if (::chown(file.c_str(), daemon_uid, daemon_uid) != 0) throw std::runtime_error("chown");
    fs::permissions(file, fs::perms::owner_read);
    return file;
}

void wait_until(Instance& instance, const std::string& name, const std::string& state) {
    while (instance.http("zhang.wei", "GET", "/v1/tokens/" + name).json().at("state").as_string() != state)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

void enrol(Instance& instance, const std::string& seal, const std::string& name, const VirtualCard& card) {
    wait_until(instance, name, "ready");
    std::ifstream in(card.certificate(1));
    const auto certificate = instance.write_file(seal + ".pem", {std::istreambuf_iterator<char>(in), {}});
    instance.sealctl_json("zhang.wei", {"seal", "enrol", seal, "--kind", "contract", "--title", "T", "--owner", "O", "--token", name, "--key", "0001",
                                        "--certificate", certificate.string()});
    instance.sealctl_json("zhang.wei", {"seal", "file", seal, "--number", "1", "--date", "2026-11-24"});
    instance.sealctl_json("zhang.wei", {"seal", "activate", seal, "--reason", "a measurement"});
}

double p99(std::vector<std::chrono::microseconds> latencies) {
    std::ranges::sort(latencies);
    return latencies.empty() ? 0 : static_cast<double>(latencies[latencies.size() * 99 / 100].count()) / 1000;
}

// Pulls card a out and puts it back, five times; says how long each took.
void pull_five_times(Instance& instance, VirtualCard& card, const SealingStream& stream) {
    for (int round = 1; round <= 5; ++round) {
        stream.goes_on(40);
        const auto out = Clock::now();
        card.unplug();
        wait_until(instance, "card-a", "absent");
        const auto absent = Clock::now();
        card.plug();
        wait_until(instance, "card-a", "ready");
        const auto ready = Clock::now();
        stream.goes_on(1);
        std::printf("  %d: absent after %.0f ms, ready %.0f ms after it was put back, sealing %.0f ms after that\n", round, milliseconds(absent - out),
                    milliseconds(ready - absent), milliseconds(Clock::now() - ready));
    }
}

void measure() {
    VirtualCards cards;
    const auto pin = pin_file(cards);
    Instance instance({.token_extra = token("card-a", cards.a, pin) + token("card-b", cards.b, pin)});
    instance.start();
    enrol(instance, "seal-a", "card-a", cards.a);
    enrol(instance, "seal-b", "card-b", cards.b);
    const auto sealed_beside = [&](const std::string& round, int first_count, bool pulled) {
        SealingStream first(instance, "seal-a", first_count, "li.na", round), second(instance, "seal-b", 400, "zhao.min", round);
        if (first_count > 0) first.start(2);
        second.start(1);
        if (pulled) pull_five_times(instance, cards.a, first);
        second.wait();
        first.wait();
        return p99(second.latencies());
    };
    const double alone = sealed_beside("alone", 0, false), beside = sealed_beside("beside", 600, false), pulled = sealed_beside("pulled", 600, true);
    std::printf("the second card, 400 sealings, p99: %.1f ms alone; %.1f ms while the first seals; %.1f ms while it seals and is pulled out five times\n", alone,
                beside, pulled);
    std::printf("pulled out / undisturbed beside it: %.2f\n", pulled / beside);
}

// The second token's p99 while the first only seals, and while its module does `rule` five times.
void measure_fault(const std::string& rule) {
    TemporaryFolder folder("seald-bench");
    fs::permissions(folder.path(), fs::perms::all);
    std::ofstream(folder.path() / "pin") << "1234";
    if (::chown((folder.path() / "pin").c_str(), daemon_uid, daemon_uid) != 0) throw std::runtime_error("chown");
    fs::permissions(folder.path() / "pin", fs::perms::owner_read);
    FaultyModule module(folder.path(), SoftHsm::module());
    const std::string pin = "file:" + (folder.path() / "pin").string();
    Instance instance({.pin = pin, .module = FaultyModule::module(), .token_extra = "sign_timeout = \"1s\"\n", .second_pin = pin});
    instance.start();
    for (const char* token : {"usb-1", "usb-2"}) wait_until(instance, token, "ready");
    instance.make_seal("first", "ec-p256", "usb-1");
    instance.make_seal("second", "ec-p256", "usb-2");
    const auto second_beside = [&](const std::string& round, bool faults) {
        SealingStream first(instance, "first", 500, "li.na", round), second(instance, "second", 500, "zhao.min", round);
        first.start(2);
        second.start(1);
        for (int i = 0; faults && i < 5; ++i) {
            first.goes_on(100);
            module.misbehave(rule + " 1");
            first.goes_on(20);
        }
        second.wait();
        first.wait();
        return p99(second.latencies());
    };
    const double beside = second_beside("beside", false), faulty = second_beside("faulty", true);
    std::printf("%s five times in the first token's module: the second's p99 %.1f ms, undisturbed beside it %.1f ms; ratio %.2f\n", rule.c_str(), faulty, beside,
                faulty / beside);
}

}  // namespace
}  // namespace seald::test

int main() {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    seald::test::measure();
    seald::test::measure_fault("C_Sign crash");
    seald::test::measure_fault("C_Sign hang");
    return 0;
}
