// Which acts one person may do alone.
#include "daemon/seals/seal_register.hpp"

#include "daemon/store/seal_table.hpp"
#include "tests/unit/model/real_seal.hpp"
#include "tests/unit/store/temporary_state.hpp"

namespace seald::test {
namespace {

// Of a seal about which the ledger has one entry of this kind, or none.
bool activating_takes_two(const std::string& kind) {
    TemporaryState state;
    const Seal seal = real_seal();
    tables::insert_seal(*state.connect(), seal).value();
    const auto store = state.open();
    WriteWork<std::uint64_t> work = [&](Transaction& transaction) { return transaction.append(Entry::make(kind, noon, {{"seal", seal.name.str()}})); };
    if (!kind.empty()) state.write(*store, std::move(work)).value();
    const SystemClock clock;
    SealRegister seals(*store, clock);
    return state.finish(seals.needs_second_person(seal.name, SealAct::activate)).value();
}

TEST(SealRegister, OnePersonActivatesOnlyAKeyThatTheLedgerSaysWasMadeInItsToken) {
    EXPECT_FALSE(activating_takes_two("seal-made"));
    EXPECT_TRUE(activating_takes_two("seal-enrolled"));
    EXPECT_TRUE(activating_takes_two("")) << "the entry that said where the key came from was purged";
}

}  // namespace
}  // namespace seald::test
