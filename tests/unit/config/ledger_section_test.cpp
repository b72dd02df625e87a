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

}  // namespace
}  // namespace seald::test
