// A closed ledger of some entries, and somebody with `sqlite3` and no scruples.
#pragma once
#include "daemon/store/ledger_reader.hpp"
#include "temporary_state.hpp"

namespace seald::test {

class DamagedLedger : public testing::Test {
  protected:
    static constexpr std::uint64_t entries = 700;
    static constexpr std::uint64_t batch = 100;

    DamagedLedger() {
        const auto store = state_.open();
        for (std::uint64_t first = 0; first < entries; first += batch) {
            WriteWork<void> work = [first](Transaction& transaction) -> Result<void> {
                for (std::uint64_t i = first; i < first + batch; ++i) transaction.append(sample_entry(i)).value();
                return {};
            };
            state_.write<void>(*store, work).value();
        }
    }
    void edit(const std::string& sql) {
        auto database = state_.connect();
        database
            ->run_script(
                "DROP TRIGGER IF EXISTS entry_is_final; DROP TRIGGER IF EXISTS entry_stays; DROP TRIGGER IF EXISTS "
                "checkpoint_is_final;"
                "DROP TRIGGER IF EXISTS checkpoint_stays; DROP TRIGGER IF EXISTS full_tile_is_final; DROP TRIGGER IF "
                "EXISTS tile_stays;"
                "DROP TRIGGER IF EXISTS entry_document_is_final; DROP TRIGGER IF EXISTS entry_document_stays;"
                "DROP TRIGGER IF EXISTS detached_field_is_final; DROP TRIGGER IF EXISTS detached_field_stays;"
                "PRAGMA foreign_keys = OFF;" +
                sql)
            .value();
    }
    TemporaryState state_;
};

}  // namespace seald::test
