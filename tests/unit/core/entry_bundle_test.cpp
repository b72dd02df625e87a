#include "core/entry_bundle.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

TEST(EntryBundle, GivesBackItsEntries) {
    Bytes bundle;
    const std::string longest(max_entry_size, 'x');
    for (const auto& entry : {std::string("{}"), std::string(), longest}) add_to_bundle(bundle, as_bytes(entry));
    const auto entries = decode_bundle(bundle).value();
    ASSERT_EQ(entries.size(), 3U);
    EXPECT_EQ(as_text(entries[0]), "{}");
    EXPECT_EQ(as_text(entries[1]), "");
    EXPECT_EQ(as_text(entries[2]), longest);
    EXPECT_TRUE(decode_bundle({}).value().empty());
}

TEST(EntryBundle, LengthsAreBigEndian) {
    Bytes bundle;
    add_to_bundle(bundle, as_bytes(std::string(258, 'x')));
    EXPECT_EQ(bundle[0], 1);
    EXPECT_EQ(bundle[1], 2);
}

TEST(EntryBundle, CutShortIsRefused) {
    Bytes bundle;
    add_to_bundle(bundle, as_bytes("{}"));
    for (std::size_t size = 1; size < bundle.size(); ++size)
        EXPECT_EQ(decode_bundle(BytesView(bundle).first(size)).error().code, ErrorCode::malformed) << size;
}

TEST(EntryBundle, DoesNotTakeWhatItCannotSay) {
    Bytes bundle;
    EXPECT_THROW(add_to_bundle(bundle, as_bytes(std::string(max_entry_size + 1, 'x'))), std::logic_error);
}

}  // namespace
}  // namespace seald
