#include "client/csv.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

TEST(Csv, QuotesOnlyWhatNeedsIt) {
    EXPECT_EQ(csv_line({"1", "合同.pdf", ""}), "1,合同.pdf,\r\n");
    EXPECT_EQ(csv_line({"a,b", "say \"hi\"", "two\nlines"}), "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n");
}

TEST(Csv, NoCellIsAFormula) {
    for (const char* formula : {"=1+1", "+1", "-1", "@SUM(A1)"}) EXPECT_EQ(csv_line({formula}), "'" + std::string(formula) + "\r\n");
    EXPECT_EQ(csv_line({"=A1,B1"}), "\"'=A1,B1\"\r\n");
}

}  // namespace
}  // namespace seald
