// Mistakes in what a policy may say beyond the mandatory: rules of use, calendar, delegations, notices, sizes.
#include "tests/unit/config/office_file.hpp"

namespace seald {
namespace {

struct RuleMistakes : test::ConfigurationTest {};
using test::good;
using test::replaced;

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

TEST_F(RuleMistakes, NoticesGoSomewhereAndEndSomeTime) {
    expect_mistake(good + "[notify]\nremind_after = \"1h\"\n", 45, "notify.command", "nobody would hear anything");
    expect_mistake(good + "[notify]\ncommand = \"/bin/true\"\ngive_up_after = \"59s\"\n", 47, "notify.give_up_after", "at least \"1m\"");
    expect_mistake(good + "[notify]\ncommand = \"/bin/true\"\nalso = [\"nobody.here\"]\n", 47, "notify.also[0]", "nobody is enrolled with this id");
    expect_mistake(good + "[notify]\ncommand = \"/bin/true\"\nlanguage = \"fr\"\n", 47, "notify.language", "allowed: en, zh");
}

TEST_F(RuleMistakes, PeopleHearInTheirLanguage) {
    const auto loaded = load(replaced(good, "roles = [\"applicant\"]", "language = \"zh\"\nroles = [\"applicant\"]") + "[notify]\ncommand = \"/bin/true\"\n");
    ASSERT_TRUE(loaded.configuration);
    EXPECT_EQ(loaded.configuration->policy.language_of(PersonId::decode("li.na").value()), Language::chinese);
    EXPECT_EQ(loaded.configuration->policy.language_of(PersonId::decode("wang.fang").value()), Language::english);
    EXPECT_EQ(loaded.configuration->policy.name_of(PersonId::decode("li.na").value()), "李娜");
    expect_mistake_after("roles = [\"applicant\"]", "language = \"tlh\"\nroles = [\"applicant\"]", 19, "person[0].language", "allowed: en, zh");
}

TEST_F(RuleMistakes, WebhooksAreSpokenToSafelyOrNotAtAll) {
    const auto secret = folder.write("hook", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    std::filesystem::permissions(secret, std::filesystem::perms(0600));
    const auto hook = [](const std::string& url, const std::string& place = "file:hook", const std::string& name = "office") {
        return "[[notify.webhook]]\nname = \"" + name + "\"\nurl = \"" + url + "\"\nsecret = \"" + place + "\"\n";
    };
    const auto loaded = load(good + hook("https://hooks.example.org:8443/a?b=c") + "events = [\"waiting\"]\n");
    ASSERT_TRUE(loaded.configuration);
    const Webhook& webhook = loaded.configuration->policy.notices->webhooks.at(0);
    EXPECT_EQ(webhook.host + " " + webhook.port + " " + webhook.target, "hooks.example.org 8443 /a?b=c");
    EXPECT_EQ(webhook.secret.argument, secret);
    EXPECT_EQ(webhook.events.size(), 1U);
    for (const std::string url : {"http://localhost/", "http://127.0.0.1:8080", "http://[::1]:80/x", "https://[2001:db8::1]"})
        EXPECT_TRUE(load(good + hook(url)).configuration) << url;
    for (const std::string url : {"hooks.example.org", "ftp://hooks.example.org/", "https://", "https://li.na:secret@hooks.example.org/", "https://hooks.example.org/#a",
                                  "https://hooks.example.org:0/", "https://hooks.example.org:99999/", "https://hooks%00.example.org/"})
        expect_mistake(good + hook(url), 47, "notify.webhook[0].url", "not the address of a webhook");
    for (const std::string url : {"http://hooks.example.org/", "http://10.0.0.1/", "http://127.example.org/", "http://localhost.example.org/"})
        expect_mistake(good + hook(url), 47, "notify.webhook[0].url", "plain http to another host");
    expect_mistake(good + hook("https://a.example", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), 48, "notify.webhook[0].secret", "never the secret itself");
    expect_mistake(good + hook("https://a.example", "file:nowhere"), 48, "notify.webhook[0].secret", "No such file");
    for (const std::string name : {"command", "Office", "a b"})
        expect_mistake(good + hook("https://a.example", "file:hook", name), 46, "notify.webhook[0].name", "not a webhook's name");
    expect_mistake(good + hook("https://a.example") + hook("https://b.example"), 50, "notify.webhook[1].name", "another webhook has this name");
    expect_mistake(good + hook("https://a.example") + "events = [\"sealed\"]\n", 49, "notify.webhook[0].events[0]", "allowed: waiting, reminder");
    expect_mistake(good + hook("https://a.example") + "ca = \"nowhere.pem\"\n", 49, "notify.webhook[0].ca", "no such file");
    expect_mistake(good + hook("http://localhost") + "ca = \"hook\"\n", 49, "notify.webhook[0].ca", "with https only");
    std::filesystem::permissions(secret, std::filesystem::perms(0640));
    expect_mistake(good + hook("https://a.example"), 48, "notify.webhook[0].secret", "chmod 0600");
    for (const std::string content : {"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_AAAA", "whsec_!"}) {
        folder.write("hook", content);
        std::filesystem::permissions(secret, std::filesystem::perms(0600));
        expect_mistake(good + hook("https://a.example"), 48, "notify.webhook[0].secret", "24 to 64 random bytes");
    }
}

TEST_F(RuleMistakes, SizesHaveAUnit) {
    expect_mistake(good + "[documents]\nmax_size = \"100\"\n", 46, "documents.max_size", "not a size");
    expect_mistake(good + "[documents]\nmax_size = \"2GiB\"\nmax_total = \"1GiB\"\n", 47, "documents.max_total", "smaller than max_size");
}

}  // namespace
}  // namespace seald
