// What may be a seal's picture. The PNG is by Python's zlib, which shares no code with ours.
#include "core/picture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "core/svg_check.hpp"

namespace seald {
namespace {

using ::testing::HasSubstr;

// Grey, so many pixels wide and high, made by Python.
Bytes png(int width, int height) {
    const std::string program = "import struct,sys,zlib\n"
                                "def part(t,d): return struct.pack('>I',len(d))+t+d+struct.pack('>I',zlib.crc32(t+d))\n"
                                "w,h=" + std::to_string(width) + "," + std::to_string(height) + "\n"
                                "sys.stdout.buffer.write(b'\\x89PNG\\r\\n\\x1a\\n'+part(b'IHDR',struct.pack('>IIBBBBB',w,h,8,0,0,0,0))"
                                "+part(b'IDAT',zlib.compress((b'\\0'+b'\\x80'*w)*h))+part(b'IEND',b''))";
    std::FILE* pipe = ::popen(("/usr/bin/python3 -c \"" + program + "\"").c_str(), "r");
    Bytes bytes;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) bytes.push_back(static_cast<std::uint8_t>(c));
    EXPECT_EQ(::pclose(pipe), 0);
    return bytes;
}

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

TEST(Picture, IsAPngWhateverItIsCalled) {
    const auto picture = Picture::look_at(png(200, 100)).value();
    EXPECT_EQ(picture.media_type, "image/png");
    EXPECT_EQ(Picture::look_at(png(4096, 1)).value().media_type, "image/png");
    EXPECT_THAT(Picture::look_at(png(4097, 1)).error().message, HasSubstr("4097 x 1"));
}

TEST(Picture, EveryByteOfAPngIsLookedAt) {
    const auto good = png(20, 10);
    for (std::size_t at = 0; at < good.size(); ++at) {
        auto bad = good;
        bad[at] ^= 1;
        EXPECT_FALSE(Picture::look_at(bad)) << "byte " << at;
    }
    for (std::size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(Picture::look_at(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)))) << size;
    auto longer = good;
    longer.push_back(0);
    EXPECT_THAT(Picture::look_at(longer).error().message, HasSubstr("behind its end"));
}

TEST(Picture, IsNothingElseAndNotTooLarge) {
    EXPECT_FALSE(Picture::look_at({}));
    EXPECT_FALSE(Picture::look_at(bytes_of("GIF89a")));
    EXPECT_FALSE(Picture::look_at(bytes_of("<html><body/></html>")));
    EXPECT_EQ(Picture::look_at(Bytes(max_picture_bytes + 1, ' ')).error().code, ErrorCode::too_large);
}

TEST(Picture, ASvgIsADrawing) {
    const char* drawing = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a seal -->\n<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink='http://www.w3.org/1999/xlink' viewBox=\"0 0 9 9\">"
                          "<defs><linearGradient id=\"a\"><stop offset=\"0\" stop-color='red'/></linearGradient></defs><title>合同專用章 &amp; more</title>"
                          "<circle r=\"4\" fill=\"url(#a)\" style='stroke:red'/><use xlink:href=\"#a\"/></svg>\n";
    EXPECT_EQ(Picture::look_at(bytes_of(drawing)).value().media_type, "image/svg+xml");
}

TEST(Svg, RunsNothingFetchesNothingAndIsNothingElse) {
    for (const char* bad : {
             "<svg><script>alert(1)</script></svg>",
             "<svg onload=\"alert(1)\"/>",
             "<svg ONLOAD='x'/>",
             "<svg><a href='javascript:x'/></svg>",
             "<svg><use href='http://elsewhere/x.svg#a'/></svg>",
             "<svg><use xlink:href='data:image/svg+xml,x'/></svg>",
             "<svg><image href='#a'/></svg>",
             "<svg><foreignObject/></svg>",
             "<svg><style>@import 'x'</style></svg>",
             "<svg><g style=\"@import 'x'\"/></svg>",
             "<svg><g fill='url(http://elsewhere)'/></svg>",
             "<svg><g fill='URL( http://elsewhere)'/></svg>",
             "<svg><g fill='u\\72l(http://elsewhere)'/></svg>",
             "<svg><g fill='&#117;rl(http://elsewhere)'/></svg>",
             "<svg><animate attributeName='href'/></svg>",
             "<svg><set/></svg>",
             "<svg xml:base='http://elsewhere/'/>",
             "<!DOCTYPE svg [<!ENTITY x 'y'>]><svg/>",
             "<svg>&x;</svg>",
             "<svg><![CDATA[x]]></svg>",
             "<?xml-stylesheet href='x'?><svg/>",
             "<svg/><svg/>",
             "<g/>",
             "text<svg/>",
             "<svg>",
             "<svg></g>",
             "<svg a=b/>",
             "<svg a='b/>",
             "<svg a/>",
             "<!-- <svg/>",
             "<svg>\xff</svg>",
             "",
         })
        EXPECT_FALSE(check_svg(bad)) << bad;
    EXPECT_FALSE(check_svg(std::string_view("<svg>\0</svg>", 12)));
    std::string deep;
    for (int i = 0; i < 70; ++i) deep += i == 0 ? "<svg>" : "<g>";
    EXPECT_FALSE(check_svg(deep));
    EXPECT_TRUE(check_svg("<svg/>"));
}

}  // namespace
}  // namespace seald
