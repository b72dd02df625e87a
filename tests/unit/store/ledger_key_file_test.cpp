// The ledger's key is changed, and somebody pulls the plug at every moment of it: the state that is left starts, with the key
// that the ledger was last signed with and no other on the disk.
#include "daemon/store/ledger_key_file.hpp"

#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/ledger_verify.hpp"
#include "daemon/store/opening_check.hpp"
#include "temporary_state.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;

class LedgerKeyFile : public testing::Test {
  protected:
    LedgerKeyFile() {
        Store::create(folder_.path(), daemon_id).value();
        PrivateKey::generate(KeyAlgorithm::ed25519).value().save_pem(key()).value();
        first_ = load_ledger_key(folder_.path(), daemon_id).value().verifier().encode();
        append();
    }
    fs::path key() const { return folder_.path() / "ledger.key"; }
    fs::path next() const { return folder_.path() / "ledger.key.new"; }

    std::unique_ptr<Store> open() { return Store::open(folder_.path(), load_ledger_key(folder_.path(), daemon_id).value()).value(); }
    template <class T>
    Result<Committed<T>> write(Store& store, WriteWork<T> work) {
        boost::asio::io_context loop;
        auto done = boost::asio::co_spawn(loop, store.write(std::move(work)), boost::asio::use_future);
        loop.run();
        return done.get();
    }
    void append() { write(*open(), append_sample(1)).value(); }
    static Result<std::uint64_t> change(Transaction& transaction, const fs::path& folder) {
        const NoteVerifier current = transaction.ledger_keys().current();
        auto made = make_next_ledger_key(folder, current);
        if (!made) return made.error();
        const boost::json::object fields{{"old", current.encode()}, {"new", made->verifier().encode()}};
        const auto index = transaction.append(Entry::make(std::string(ledger_key_changed), noon, fields));
        if (!index) return index;
        if (auto changed = transaction.change_ledger_key(std::move(*made), *index); !changed) return changed.error();
        return index;
    }
    // Committed, and the plug pulled before the files were settled.
    void commit_change() {
        WriteWork<std::uint64_t> work = [folder = folder_.path()](Transaction& transaction) { return change(transaction, folder); };
        write(*open(), work).value();
    }
    std::string key_in_force() { return open()->ledger_keys()->current().encode(); }
    void expect_one_key() {
        EXPECT_FALSE(fs::exists(next()));
        append();
        const auto database = Database::open(folder_.path() / "ledger.db", OpenMode::read_only).value();
        const auto keys = read_ledger_keys(*database, load_ledger_key(folder_.path(), daemon_id).value().verifier()).value();
        EXPECT_TRUE(verify_ledger(*database, keys).value().ok());
        EXPECT_TRUE(verify_ledger(*database, LedgerKeys::follow(NoteVerifier::decode(first_).value(), key_change_receipts(*database).value()).value()).value().ok());
    }
    static void put(const fs::path& file, const std::string& content) {
        std::ofstream(file, std::ios::binary) << content;
        fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    }
    TemporaryFolder folder_;
    std::string first_;
};

TEST_F(LedgerKeyFile, BeforeTheCommitTheOldKeyStays) {
    PrivateKey::generate(KeyAlgorithm::ed25519).value().save_pem(next()).value();
    EXPECT_EQ(key_in_force(), first_);
    expect_one_key();
}

TEST_F(LedgerKeyFile, HalfANewKeyIsNone) {
    put(next(), "-----BEGIN PRIVATE KEY-----\nMC4C");
    EXPECT_EQ(key_in_force(), first_);
    expect_one_key();
    put(next(), "");
    EXPECT_EQ(key_in_force(), first_);
    expect_one_key();
}

TEST_F(LedgerKeyFile, AfterTheCommitTheNewKeyIsInForceAndTheOldOneGone) {
    commit_change();
    ASSERT_TRUE(fs::exists(next()));
    EXPECT_NE(key_in_force(), first_);
    expect_one_key();
    std::ifstream vkey(folder_.path() / "ledger.vkey");
    std::string shown;
    vkey >> shown;
    EXPECT_EQ(shown, key_in_force());
}

TEST_F(LedgerKeyFile, WhileTheOldKeyIsOverwrittenTheNewOneIsKnown) {
    commit_change();
    put(key(), std::string(119, '\0'));
    EXPECT_NE(key_in_force(), first_);
    expect_one_key();
    commit_change();
    fs::remove(key());
    EXPECT_NE(key_in_force(), first_);
    expect_one_key();
}

TEST_F(LedgerKeyFile, TheContentOfTheOldKeyIsOverwritten) {
    commit_change();
    fs::create_hard_link(key(), folder_.path() / "watched");  // the same bytes on the disk
    EXPECT_NE(key_in_force(), first_);
    std::ifstream in(folder_.path() / "watched", std::ios::binary);
    const std::string left{std::istreambuf_iterator<char>(in), {}};
    EXPECT_FALSE(left.empty());
    EXPECT_EQ(left.find_first_not_of('\0'), left.npos);
}

TEST_F(LedgerKeyFile, IsNeverGuessed) {
    commit_change();
    put(next(), "");
    put(key(), "");
    EXPECT_FALSE(load_ledger_key(folder_.path(), daemon_id));
    EXPECT_TRUE(fs::exists(next()));
}

TEST_F(LedgerKeyFile, AFormerKeyFromABackupIsRefused) {
    fs::copy_file(key(), folder_.path() / "backup");
    commit_change();
    append();
    fs::remove(key());
    fs::rename(folder_.path() / "backup", key());
    const auto opened = Store::open(folder_.path(), load_ledger_key(folder_.path(), daemon_id).value());
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().message.find("former key"), std::string::npos) << opened.error().message;
}

TEST_F(LedgerKeyFile, TwoChangesInOneCommitAreOne) {
    const auto store = open();
    int changed = 0;
    WriteWork<std::uint64_t> twice = [folder = folder_.path(), &changed](Transaction& transaction) -> Result<std::uint64_t> {
        const auto first = change(transaction, folder);
        if (!first) return first;
        ++changed;
        EXPECT_TRUE(transaction.changes_ledger_key());
        auto another = NoteSigner::make(daemon_id, PrivateKey::generate(KeyAlgorithm::ed25519).value()).value();
        const auto refused = transaction.change_ledger_key(std::move(another), *first);
        EXPECT_EQ(error_of(refused).rule, "ledger-key-changing");
        return first;
    };
    EXPECT_FALSE(write(*store, twice));
    EXPECT_EQ(changed, 1);
    EXPECT_EQ(store->ledger_keys()->current().encode(), first_);
}

TEST_F(LedgerKeyFile, AWorkThatFailsChangesNoKey) {
    const auto store = open();
    WriteWork<std::uint64_t> work = [folder = folder_.path()](Transaction& transaction) -> Result<std::uint64_t> {
        if (auto changed = change(transaction, folder); !changed) return changed.error();
        return conflict("test", "thought better of it");
    };
    EXPECT_FALSE(write(*store, work));
    EXPECT_EQ(store->ledger_keys()->current().encode(), first_);
    write(*store, append_sample(2)).value();
    EXPECT_TRUE(NoteVerifier::decode(first_).value().verify(SignedNote::decode(latest_checkpoint(*Database::open(folder_.path() / "ledger.db", OpenMode::read_only).value()).value().note).value()));
}

}  // namespace
}  // namespace seald::test
