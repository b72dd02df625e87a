#include "client/server_address.hpp"

#include <gtest/gtest.h>

#include "tests/unit/core/outside_tools.hpp"

namespace seald {
namespace {

TEST(ServerAddress, OfAUnixSocketIsItsPath) {
    EXPECT_EQ(decode_server_address("unix:/run/x.sock").value().socket, "/run/x.sock");
}

TEST(ServerAddress, OverTlsIsAHostAndAPort) {
    const auto named = decode_server_address("https://seald.example.org:7443").value();
    EXPECT_EQ(named.remote.value().host, "seald.example.org");
    EXPECT_EQ(named.remote.value().port, "7443");
    EXPECT_EQ(named.str(), "https://seald.example.org:7443");
    EXPECT_EQ(decode_server_address("https://[::1]:7443/").value().remote.value().host, "::1");
}

TEST(ServerAddress, RefusesOtherKinds) {
    for (const char* text : {"http://seald:7443", "/run/x.sock", "unix:", "", "https://", "https://seald", "https://:7443",
                             "https://seald:7443/v1", "https://li.na@seald:7443", "https://seald:http", "https://::1:7443"}) {
        const auto decoded = decode_server_address(text);
        ASSERT_FALSE(decoded) << text;
        EXPECT_EQ(decoded.error().code, ErrorCode::malformed) << text;
    }
}

TEST(ServerAddress, ComesFromTheConfiguration) {
    const testing::TempFolder folder;
    const auto file = folder.write("seald.toml", "[daemon]\nid = 'x'\n[listen.unix]\npath = '/tmp/s.sock'\n");
    EXPECT_EQ(load_server_address(file).value().socket, "/tmp/s.sock");
}

TEST(ServerAddress, IsTheUsualOneWhereTheConfigurationIsSilent) {
    const testing::TempFolder folder;
    EXPECT_EQ(load_server_address(folder.write("seald.toml", "")).value().socket, "/run/seald/seald.sock");
}

TEST(ServerAddress, NamesTheLineOfABrokenConfiguration) {
    const testing::TempFolder folder;
    const auto loaded = load_server_address(folder.write("seald.toml", "a = 1\nb = \n"));
    ASSERT_FALSE(loaded);
    EXPECT_NE(loaded.error().message.find("line 2"), std::string::npos) << loaded.error().message;
}

TEST(ServerAddress, OfAMissingConfigurationIsNotFound) {
    EXPECT_EQ(load_server_address("/nowhere/seald.toml").error().code, ErrorCode::not_found);
}

TEST(ServerAddress, PrefersTheOptionToTheConfigurationToTheEnvironment) {
    const testing::TempFolder folder;
    const std::string file = folder.write("seald.toml", "[listen.unix]\npath = '/from/config'\n").string();
    EXPECT_EQ(choose_server("unix:/from/option", file, "unix:/from/env").value().socket, "/from/option");
    EXPECT_EQ(choose_server("", file, "unix:/from/env").value().socket, "/from/config");
    EXPECT_EQ(choose_server("", "", "unix:/from/env").value().socket, "/from/env");
    EXPECT_EQ(choose_server("", "", "").value().socket, "/run/seald/seald.sock");
}

}  // namespace
}  // namespace seald
