#include "daemon/store/writer_statistics.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

using namespace std::chrono_literals;

TEST(WriterStatistics, CountAWriteByTheBoundThatItKeptTo) {
    WriterStatistics statistics;
    statistics.note_write(500us);
    statistics.note_write(501us);
    statistics.note_write(1min);
    const auto figures = statistics.figures();
    EXPECT_EQ(figures.writes.front(), 1u);
    EXPECT_EQ(figures.writes.at(1), 1u);
    EXPECT_EQ(figures.writes.back(), 1u);
    EXPECT_DOUBLE_EQ(figures.waited.count(), 60.001001);
}

}  // namespace
}  // namespace seald
