// A smart card is pulled out and put back five times while it seals, and a module crashes and hangs in C_Sign: what a second
// token beside it notices, and how soon the first seals again. Prints figures and ratios of one run.
#include <algorithm>
#include <cstdio>
#include <vector>

#include "tests/daemon/card_seals.hpp"
#include "tests/daemon/pin_file.hpp"
#include "tests/daemon/sealing_stream.hpp"
#include "tests/support/faulty_module.hpp"
#include "tests/support/softhsm.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double milliseconds(Clock::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

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
        instance.token_becomes("card-a", "absent");
        const auto absent = Clock::now();
        card.plug();
        instance.token_becomes("card-a", "ready");
        const auto ready = Clock::now();
        stream.goes_on(1);
        std::printf("  %d: absent after %.0f ms, ready %.0f ms after it was put back, sealing %.0f ms after that\n", round, milliseconds(absent - out),
                    milliseconds(ready - absent), milliseconds(Clock::now() - ready));
    }
}

void measure() {
    VirtualCards cards;
    const PinFile pin(VirtualCard::pin());
    Instance instance({.token_extra = card_token("card-a", cards.a, pin.source()) + card_token("card-b", cards.b, pin.source())});
    instance.start();
    for (const char* name : {"card-a", "card-b"}) instance.token_becomes(name, "ready");
    enrol_card(instance, "seal-a", cards.a);
    enrol_card(instance, "seal-b", cards.b);
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
    const PinFile pin;
    FaultyModule module(folder.path(), SoftHsm::module());
    Instance instance({.pin = pin.source(), .module = FaultyModule::module(), .token_extra = "sign_timeout = \"1s\"\n", .second_pin = pin.source()});
    instance.start();
    for (const char* token : {"usb-1", "usb-2"}) instance.token_becomes(token, "ready");
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
