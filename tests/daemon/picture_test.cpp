// The picture of a seal: looked at when it comes in, fixed once the seal was in force, given back byte for byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/outside.hpp"

namespace seald::test {
namespace {

TEST(SealPicture, ComesWithTheSealIsGivenBackAndStaysAsItIs) {
    Instance instance;
    instance.start();
    instance.unlock();
    const auto drawing = instance.write_file("seal.svg", "<svg xmlns='http://www.w3.org/2000/svg'><circle r='5'/></svg>");
    const auto script = instance.write_file("script.svg", "<svg onload='x()'/>");
    const auto make = [&](const std::filesystem::path& image) {
        return instance.sealctl("zhang.wei", {"seal", "make", "contract", "--kind", "contract", "--title", "合同專用章", "--owner", "Example Ltd", "--token", "usb-1", "--algorithm",
                                              "ec-p256", "--self-signed-days", "30", "--image", image.string(), "--deputy", "chen.jie", "--seal-number", "4401060012345"});
    };
    EXPECT_EQ(make(script).exit_code, 2);
    EXPECT_EQ(instance.http("li.na", "GET", "/v1/seals/contract").status, 404) << "no key was made for nothing";
    ASSERT_EQ(make(drawing).exit_code, 0);
    const auto shown = instance.sealctl_json("li.na", {"seal", "show", "contract"});
    EXPECT_EQ(shown.at("picture").at("media_type").as_string(), "image/svg+xml");
    EXPECT_EQ(shown.at("deputy").as_string(), "chen.jie");
    EXPECT_EQ(shown.at("number").as_string(), "4401060012345");
    EXPECT_TRUE(shown.at("key_attributes").at("never_extractable").as_bool());
    const auto copy = instance.desk() / "copy.svg";
    ASSERT_EQ(instance.sealctl("li.na", {"seal", "picture", "contract", "-o", copy.string()}).exit_code, 0);
    EXPECT_EQ(run_tool("cmp " + drawing.string() + " " + copy.string()).exit_code, 0);

    EXPECT_EQ(instance.sealctl("li.na", {"seal", "picture", "contract", "--image", drawing.string()}).exit_code, 1);
    instance.sealctl_json("zhang.wei", {"seal", "file", "contract", "--number", "42", "--date", "2026-11-23"});
    EXPECT_EQ(instance.sealctl("zhang.wei", {"seal", "picture", "contract", "--image", drawing.string()}).exit_code, 0);
    instance.sealctl_json("zhang.wei", {"seal", "activate", "contract", "--reason", "a test"});
    EXPECT_EQ(instance.sealctl("zhang.wei", {"seal", "picture", "contract", "--image", drawing.string()}).exit_code, 1);
    EXPECT_EQ(instance.entries("seal-picture").size(), 2u);

    const auto other = instance.sealctl("zhang.wei", {"--json", "seal", "make", "other", "--kind", "other", "--title", "t", "--owner", "o", "--token", "usb-1", "--algorithm", "ec-p256",
                                                      "--self-signed-days", "30", "--seal-number", "4401060012345"});
    EXPECT_THAT(other.out, ::testing::HasSubstr("seal-number-taken")) << "a number names one seal";
}

}  // namespace
}  // namespace seald::test
