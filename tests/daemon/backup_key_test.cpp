// Backups from before and after a change of the ledger's key.
#include "tests/daemon/backup_office.hpp"

namespace seald::test {
namespace {

class BackupOfKeys : public BackupOffice {};

TEST_F(BackupOfKeys, VerifyAndRestoreByTheKeyThatTheAuditorsKnow) {
    instance.start();
    ledger_key_file();  // the first key, which is all they have
    const auto before = make_backup("before");
    ASSERT_EQ(instance.sealctl("sun.li", {"ledger", "rotate-key", "--reason", "yearly change"}).exit_code, 0);
    instance.grow_ledger(2);
    const auto kept = checkpoint();
    const auto after = make_backup("after");
    for (const auto& folder : {before, after}) {
        const auto verified = verify(folder);
        EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
    }
    const std::string second = instance.ledger_key();
    lose_state();
    const auto restored = restore(after, {"--since", kept.string()});
    ASSERT_EQ(restored.exit_code, 0) << restored.out << restored.err;
    EXPECT_EQ(instance.ledger_key(), second);
    instance.start();
    const auto verified = instance.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", ledger_key_file().string(), "--since", kept.string()});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
}

}  // namespace
}  // namespace seald::test
