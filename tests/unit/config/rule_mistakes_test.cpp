// Mistakes in what a policy may say beyond the mandatory: rules of use, calendar, delegations, notices, sizes.
#include "tests/unit/config/office_file.hpp"

namespace seald {
namespace {

struct RuleMistakes : test::ConfigurationTest {};
using test::good;

TEST_F(RuleMistakes, RulesOfUseAreUnderstoodOrRefused) {
    expect_mistake(good + "quota = \"no\"\n", 45, "seal.contract.quota", "wrong type; allowed: true or false");
    expect_mistake(good + "order = \"any\"\n", 45, "seal.contract.order", "allowed: sequence, parallel");
    for (const std::string hours : {"Mon-Fri", "08:00-18:00", "Mon-Fri 18:00-08:00", "Fri-Mon 08:00-18:00", "Mon 8:00-18:00", "Mon 08:00-24:01"})
        expect_mistake(good + "hours = \"" + hours + "\"\n", 45, "seal.contract.hours", "not office hours");
    for (const std::string rate : {"60", "60/day", "0/min", "-1/min", "x/min", "60/"})
        expect_mistake(good + "rate = \"" + rate + "\"\n", 45, "seal.contract.rate", "not a rate");
    expect_mistake(good + "daily = 0\n", 45, "seal.contract.daily", "out of range");
    expect_mistake(good + "max_files = 1001\n", 45, "seal.contract.max_files", "out of range");
    expect_mistake(good + "digests = [\"md5\"]\n", 45, "seal.contract.digests[0]", "sha256, sha384, sha512");
}

TEST_F(RuleMistakes, CalendarsHaveDaysOfOneKind) {
    expect_mistake(good + "[calendar]\nutc_offset = \"8\"\n", 46, "calendar.utc_offset", "not an offset from UTC");
    expect_mistake(good + "[calendar]\nholidays = [\"2026-02-30\"]\n", 46, "calendar.holidays[0]", "not a date");
    expect_mistake(good + "[calendar]\nholidays = [\"2026-10-01\"]\nworkdays = [\"2026-10-01\"]\n", 47, "calendar.workdays", "both a holiday and a workday");
}

TEST_F(RuleMistakes, DelegationsAreForAPeriodAndToSomebodyElse) {
    const std::string head = good + "[[delegation]]\nfrom = \"wang.fang\"\n";
    const std::string days = "begin = \"2026-12-01\"\nend = \"2026-12-07\"\n";
    EXPECT_TRUE(load(head + "to = \"zhang.wei\"\n" + days).configuration);
    expect_mistake(head + "to = \"wang.fang\"\n" + days, 47, "delegation[0].to", "somebody else");
    expect_mistake(head + "to = \"nobody\"\n" + days, 45, "delegation[0]", "nobody is not enrolled");
    expect_mistake(head + "to = \"zhang.wei\"\nbegin = \"2026-12-07\"\nend = \"2026-12-01\"\n", 49, "delegation[0].end", "not after begin");
}

TEST_F(RuleMistakes, NoticesHaveAProgramThatCanBeRun) {
    EXPECT_TRUE(load(good + "[notify]\ncommand = \"/bin/true\"\nremind_after = \"1m\"\n").configuration);
    for (const std::string command : {"true", "/bin/true --loud", "/nowhere"})
        expect_mistake(good + "[notify]\ncommand = \"" + command + "\"\n", 46, "notify.command", "not a program that this user may run");
    expect_mistake(good + "[notify]\ncommand = \"/bin/true\"\nremind_after = \"59s\"\n", 47, "notify.remind_after", "at least \"1m\"");
}

TEST_F(RuleMistakes, SizesHaveAUnit) {
    expect_mistake(good + "[documents]\nmax_size = \"100\"\n", 46, "documents.max_size", "not a size");
    expect_mistake(good + "[documents]\nmax_size = \"2GiB\"\nmax_total = \"1GiB\"\n", 47, "documents.max_total", "smaller than max_size");
}

}  // namespace
}  // namespace seald
