#include "tests/unit/config/office_file.hpp"

namespace seald::test {
namespace {

using LedgerSection = ConfigurationTest;

TEST_F(LedgerSection, CheckpointsAreCopiedToFilesOnOtherMedia) {
    const auto with = [](const std::string& files) { return good + "[ledger]\ncheckpoint_copies = [" + files + "]\n"; };
    expect_mistake(with("\"usb/seald.checkpoint\""), 46, "ledger.checkpoint_copies[0]", "absolute path");
    expect_mistake(with("\"/mnt/usb/\""), 46, "ledger.checkpoint_copies[0]", "absolute path");
    expect_mistake(with("\"/mnt/a\", \"/mnt/a\""), 46, "ledger.checkpoint_copies[1]", "twice");
    const auto loaded = load(with("\"/mnt/usb/seald.checkpoint\""));
    ASSERT_TRUE(loaded.configuration);
    EXPECT_EQ(loaded.configuration->checkpoint_copies.at(0), "/mnt/usb/seald.checkpoint");
    std::string same_disk = replaced(with("\"/srv/seald/copy\""), "state_dir = \"state\"", "state_dir = \"/srv/seald\"");
    expect_mistake(same_disk, 46, "ledger.checkpoint_copies[0]", "another medium");
}

TEST_F(LedgerSection, EntriesAreKeptForFiveYearsAtLeast) {
    EXPECT_EQ(load(good).configuration.value().keep_years, 5U);
    EXPECT_EQ(load(good + "[ledger]\nkeep_years = 15\n").configuration.value().keep_years, 15U);
    expect_mistake(good + "[ledger]\nkeep_years = 4\n", 46, "ledger.keep_years", "5");
}

const std::string vkey = "witness.example.org/w1+cfcd1a67+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

std::string witness(const std::string& name, const std::string& url = "http://192.0.2.7:7450", const std::string& key = vkey) {
    return "[[ledger.witness]]\nname = \"" + name + "\"\nurl = \"" + url + "\"\nvkey = \"" + key + "\"\n";
}

TEST_F(LedgerSection, WitnessesAreAskedAtTheirUrls) {
    const auto loaded = load(good + witness("w1", "https://[2001:db8::1]/a/b/"));
    ASSERT_TRUE(loaded.configuration);
    const auto& witnesses = loaded.configuration->witnesses;
    EXPECT_EQ(witnesses.each.at(0).url, (WitnessUrl{.tls = true, .host = "2001:db8::1", .port = "443", .path = "/a/b"}));
    EXPECT_EQ(witnesses.each.at(0).key.name(), "witness.example.org/w1");
    EXPECT_EQ(witnesses.quorum, 1U);
    EXPECT_EQ(load(good + witness("w1")).configuration.value().witnesses.each.at(0).url.str(), "http://192.0.2.7:7450");
}

TEST_F(LedgerSection, MistakesAboutWitnessesAreExplained) {
    for (const char* url : {"ftp://w", "w.example.org", "http://", "http://u@w", "http://w?x", "http://w:0", "http://w:65536", "http://a:b:1", "http://w x"})
        expect_mistake(good + witness("w1", url), 47, "ledger.witness[0].url", "allowed: like");
    expect_mistake(good + witness("W 1"), 46, "ledger.witness[0].name", "a-z, 0-9");
    expect_mistake(good + witness("w1", "http://w", "seald.example.org+ab"), 48, "ledger.witness[0].vkey", "verifier key");
    expect_mistake(good + witness("w1") + "ca = \"x.pem\"\n", 49, "ledger.witness[0].ca", "https:// only");
    expect_mistake(good + witness("w1") + witness("w2"), 52, "ledger.witness[1].vkey", "count twice");
    expect_mistake(good + "[ledger]\nwitness_quorum = 2\n" + witness("w1"), 46, "ledger.witness_quorum", "1");
    expect_mistake(good + "[ledger]\nwitness_quorum = 1\n", 46, "ledger.witness_quorum", "only with witnesses");
    expect_mistake(good + "[ledger]\nwitness_patience = \"1m\"\n", 46, "ledger.witness_patience", "only with witnesses");
    expect_mistake(good + "[ledger]\nwitness_patience = \"soon\"\n" + witness("w1"), 46, "ledger.witness_patience", "10m");
}

}  // namespace
}  // namespace seald::test
