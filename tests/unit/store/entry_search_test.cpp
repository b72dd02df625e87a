#include "daemon/store/entry_search.hpp"

#include "temporary_state.hpp"

namespace seald::test {
namespace {

using Indices = std::vector<std::uint64_t>;

class EntrySearch : public testing::Test {
  protected:
    EntrySearch() : store_(state_.open()), database_(state_.connect(OpenMode::read_only)), db(*database_) {}

    void record(std::string kind, boost::json::object fields, Timestamp time = noon) {
        WriteWork<std::uint64_t> work = [kind, fields, time](Transaction& transaction) {
            return transaction.append(Entry::make(kind, time, fields));
        };
        state_.write(*store_, work).value();
    }
    Indices found(const EntryFilter& filter) {
        Indices indices;
        for (const auto& entry : list_entries(db, filter).value()) indices.push_back(entry.index);
        return indices;
    }
    TemporaryState state_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<Database> database_;
    Database& db;
};

TEST_F(EntrySearch, FiltersMeetInWhatAllOfThemSay) {
    record("intent", {{"seal", "contract"},
                      {"caller", {{"id", "li.na"}}},
                      {"application", "A-2026-0001"},
                      {"document", {{"digest", "sha256:aa"}}}});
    record("outcome", {{"seal", "contract"}, {"caller", {{"id", "li.na"}}}, {"application", "A-2026-0001"}});
    record("intent", {{"seal", "finance"}, {"caller", {{"id", "li.na"}}}});
    record("intent", {{"seal", "contract"}, {"caller", {{"id", "zhao.lei"}}}});
    EXPECT_EQ(found({}), (Indices{0, 1, 2, 3}));
    EXPECT_EQ(found({.from = 1, .to = 3}), (Indices{1, 2}));
    EXPECT_EQ(found({.seal = "contract"}), (Indices{0, 1, 3}));
    EXPECT_EQ(found({.seal = "contract", .person = "li.na"}), (Indices{0, 1}));
    EXPECT_EQ(found({.application = "A-2026-0001", .kind = "outcome"}), (Indices{1}));
    EXPECT_EQ(found({.kind = "intent", .newest_first = true, .limit = 2}), (Indices{3, 2}));
    EXPECT_EQ(found({.seal = "contract' OR true --"}), (Indices{}));
    EXPECT_EQ(found({.limit = 0}), (Indices{}));
}

TEST_F(EntrySearch, FindsResults) {
    record("outcome", {{"result", "signed"}});
    record("outcome", {{"result", "unknown"}});
    EXPECT_EQ(found({.kind = "outcome", .result = "unknown"}), (Indices{1}));
}

TEST_F(EntrySearch, FindsDocumentsOfEveryStretchOfTheLedger) {
    WriteWork<std::uint64_t> three_stretches = [](Transaction& transaction) -> Result<std::uint64_t> {
        std::uint64_t last = 0;
        for (int number = 0; number < 8200; ++number) {
            const std::string wanted = number % 4095 == 0 ? "aa" : "bb";
            const boost::json::object fields{{"document", {{"digest", "sha256:" + wanted}, {"name", wanted}}}};
            auto index = transaction.append(Entry::make("intent", noon, fields));
            if (!index) return index.error();
            last = *index;
        }
        return last;
    };
    EXPECT_EQ(state_.write(*store_, three_stretches).value().value, 8199U);
    EXPECT_EQ(found({.document = "sha256:aa"}), (Indices{0, 4095, 8190}));
    EXPECT_EQ(found({.document = "aa"}), (Indices{0, 4095, 8190}));
}

TEST_F(EntrySearch, FindsDocumentsByDigestNameAndPattern) {
    record("intent", {{"document", {{"digest", "sha256:aa"}, {"name", "合同.pdf"}}}});
    record("application-submitted", {{"documents", {{{"digest", "sha256:bb"}, {"name", "合同 2.pdf"}}, {{"digest", "sha256:aa"}, {"name", "[x].pdf"}}}}});
    record("refusal", {{"documents", {"sha256:aa", "sha256:aa"}}});
    EXPECT_EQ(found({.document = "sha256:aa"}), (Indices{0, 1, 2}));
    EXPECT_EQ(found({.document = "sha256:bb"}), (Indices{1}));
    EXPECT_EQ(found({.document = "合同.pdf"}), (Indices{0}));
    EXPECT_EQ(found({.document = "合同*"}), (Indices{0, 1}));
    EXPECT_EQ(found({.document = "[x]*"}), (Indices{1})) << "only * is special";
    EXPECT_EQ(found({.document = "?.pdf"}), (Indices{}));
    EXPECT_EQ(found({.document = "sha256:aa' OR true --"}), (Indices{}));
}

TEST_F(EntrySearch, FindsAPeriodAlsoWhereTheClockWasSetBack) {
    using std::chrono::hours;
    for (const int hour : {0, 1, 2, 1, 3}) record("test", {}, noon + hours(hour));
    EXPECT_EQ(found({.since = noon + hours(1), .until = noon + hours(2)}), (Indices{1, 3}));
    EXPECT_EQ(found({.since = noon + hours(2)}), (Indices{2, 4}));
    EXPECT_EQ(found({.until = noon + hours(1)}), (Indices{0}));
    EXPECT_EQ(found({.since = noon + hours(4)}), (Indices{}));
    EXPECT_EQ(found({.until = noon}), (Indices{}));
    EXPECT_EQ(found({.to = 3, .since = noon + hours(1)}), (Indices{1, 2}));
    EXPECT_EQ(found({.since = noon + hours(1), .newest_first = true, .limit = 2}), (Indices{4, 3}));
}

// Every page asks for its period's ends, on the one thread that reads: neither way may lead along the entries.
TEST_F(EntrySearch, FindsAPeriodsEndsInTheTimesIndex) {
    for (const auto& sql : {first_of_period, last_of_period}) {
        std::string plan;
        for (const auto& step : all_rows(db.query("EXPLAIN QUERY PLAN " + std::string(sql), noon, noon, std::uint64_t{0}),
                                         [](const Statement& row) { return row.text(3); })
                                    .value())
            plan += step + "\n";
        EXPECT_NE(plan.find("SEARCH entry USING COVERING INDEX entry_by_time (time"), std::string::npos) << plan;
        EXPECT_EQ(plan.find("SCAN entry"), std::string::npos) << plan;
    }
}

TEST_F(EntrySearch, PagesOfAPeriodGoOnWhereTheLastOneEnded) {
    using std::chrono::hours;
    for (const int hour : {0, 1, 2, 1, 3, 0}) record("test", {}, noon + hours(hour));
    EXPECT_EQ(found({.from = 2, .since = noon + hours(1), .until = noon + hours(3), .limit = 1}), (Indices{2}));
    EXPECT_EQ(found({.from = 4, .since = noon + hours(1), .until = noon + hours(3)}), (Indices{}));
    EXPECT_EQ(found({.to = 4, .until = noon + hours(2), .newest_first = true}), (Indices{3, 1, 0}));
    EXPECT_EQ(found({.to = 3, .since = noon + hours(3), .newest_first = true}), (Indices{}));
    EXPECT_EQ(found({.from = 5, .since = noon + hours(1)}), (Indices{}));
}

TEST_F(EntrySearch, FillsAPageOfAPeriodFromFarAwayToo) {
    using std::chrono::hours;
    for (int i = 0; i < 20; ++i) record(i % 7 == 1 ? "rare" : "test", {}, noon + hours(i % 10 == 0 ? 5 : 1));
    EXPECT_EQ(found({.kind = "rare", .since = noon + hours(1), .until = noon + hours(2), .limit = 2}), (Indices{1, 8}));
    EXPECT_EQ(found({.from = 2, .kind = "rare", .since = noon + hours(1), .limit = 2}), (Indices{8, 15}));
    EXPECT_EQ(found({.from = 2, .to = 15, .kind = "rare", .since = noon + hours(1), .limit = 2}), (Indices{8}));
    EXPECT_EQ(found({.kind = "rare", .until = noon + hours(2), .newest_first = true, .limit = 2}), (Indices{15, 8}));
    EXPECT_EQ(found({.from = 2, .to = 15, .kind = "rare", .until = noon + hours(2), .newest_first = true, .limit = 1}), (Indices{8}));
    EXPECT_EQ(found({.since = noon + hours(2), .limit = 1}), (Indices{0}));
    EXPECT_EQ(found({.since = noon + hours(2), .newest_first = true, .limit = 3}), (Indices{10, 0}));
    EXPECT_EQ(found({.since = noon + hours(1), .limit = 0}), (Indices{}));
}

}  // namespace
}  // namespace seald::test
