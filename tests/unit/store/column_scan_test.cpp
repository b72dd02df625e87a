#include "daemon/store/column_scan.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace seald {
namespace {

std::string words(const EntryColumns& columns) {
    std::string all = std::string(columns.kind) + "|" + std::string(columns.time);
    for (const auto& each : {columns.seal, columns.person, columns.application, columns.result}) all += "|" + (each ? std::string(*each) : "-");
    for (const auto& document : columns.documents) all += "|" + std::string(document.digest) + "=" + std::string(document.name);
    return all;
}

std::string read(const std::string& body) {
    const auto fields = boost::json::parse(body);
    EntryColumns columns;
    read_columns(fields.get_object(), columns);
    return words(columns);
}

TEST(ColumnScan, ReadsWhatTheFieldsSay) {
    EntryColumns columns;
    for (const std::string body : {
             R"({})",
             R"({"kind":"intent","time":"2026","seal":"a","caller":{"id":"li.na","name":"李娜"},"application":"A-1","result":"signed"})",
             R"({"document":{"digest":"sha256:aa","name":"合同.pdf"},"documents":[{"name":"b","digest":"sha256:bb"},"sha256:cc",{"name":"d"}]})",
             R"({"document":"sha256:aa","x":{"kind":"y","document":{"digest":"z"}},"kind":"k"})",
             R"({"kind":7,"time":["t"],"seal":null,"caller":["id"],"application":{"seal":"x"},"result":true})",
             R"({"documents":[["a"],[{"digest":"b"}],{"digest":["c"]},{"digest":"d","x":{"name":"y"}},["e"]],"x":["f"]})",
             R"({"document":[{"digest":"b"}],"caller":{"x":{"id":"y"},"id":["z"]}})"}) {
        EXPECT_TRUE(scan_columns(body, columns)) << body;
        EXPECT_EQ(words(columns), read(body)) << body;
    }
}

TEST(ColumnScan, LeavesAloneWhatIsNotPlain) {
    EntryColumns columns;
    for (const std::string body : {R"([{"kind":"intent"}])", R"("kind")", R"(7)", R"({"kind":"in)", R"({"kind":"a"} x)", R"({"kind":"in\u0074ent"})", R"({"k\u0069nd":"intent"})",
                                   R"({"kind":"a","kind":"b"})", R"({"caller":{"id":"a","id":7}})", R"({"document":{"digest":"a","digest":"b"}})",
                                   R"({"documents":{"a":{"digest":"b"}}})", R"({"documents":["a"],"document":"b"})", R"({"x":{"detached":"sha256:aa","bytes":7}})", "{\"kind\":\"\xff\"}"})
        EXPECT_FALSE(scan_columns(body, columns)) << body;
}

}  // namespace
}  // namespace seald
