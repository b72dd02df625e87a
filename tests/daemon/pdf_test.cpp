// A PDF with the seal inside, from the application to the judge: what is looked at and approved is the prepared file, and the
// seal adds nothing to it but the signature.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "core/time.hpp"
#include "tests/daemon/instance.hpp"
#include "tests/daemon/outside.hpp"
#include "tests/daemon/processes.hpp"
#include "tests/support/shell.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class PdfSeals : public ::testing::Test {
  protected:
    PdfSeals() : instance({.formats = R"(["cms", "pades"])"}) {
        instance.start();
        instance.unlock();
        picture = instance.write_file("seal.png", read_file(SEALD_TEST_DATA "/seal.png"));
        contract = instance.write_file("供貨合同.pdf", read_file(SEALD_TEST_DATA "/contract.pdf"));
    }
    void make_seal(const fs::path& image) {
        std::vector<std::string> make = {"seal", "make", "contract", "--kind", "contract", "--title", "合同專用章", "--owner", "Example Ltd", "--token", "usb-1", "--algorithm",
                                         "ec-p256", "--self-signed-days", "30"};
        if (!image.empty()) make.insert(make.end(), {"--image", image.string()});
        instance.sealctl_json("zhang.wei", make);
        instance.sealctl_json("zhang.wei", {"seal", "file", "contract", "--number", "42", "--date", "2026-11-23"});
        instance.sealctl_json("zhang.wei", {"seal", "activate", "contract", "--reason", "a test"});
    }
    Output apply(std::vector<std::string> more) {
        std::vector<std::string> arguments = {"--json", "apply", "--seal", "contract", "--purpose", "與廣州公司的供貨合同", "--type", "supply contract", "--format", "pades"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return instance.sealctl("li.na", arguments);
    }
    std::string applied(std::vector<std::string> more) {
        const auto said = apply(std::move(more));
        EXPECT_EQ(said.exit_code, 0) << said.err << said.out;
        return std::string(boost::json::parse(said.out).as_object().at("number").as_string());
    }
    void approve(const std::string& number) {
        for (const auto* person : {"wang.fang", "chen.jie"}) {
            const auto done = instance.sealctl(person, {"approve", number, "--key", instance.key_file(person).string(), "--yes"});
            ASSERT_EQ(done.exit_code, 0) << done.err;
        }
    }
    std::string trust() {
        const auto seal = instance.http("li.na", "GET", "/v1/seals/contract").json();
        return instance.write_file("trust.pem", std::string(seal.at("certificate").at("pem").as_string())).string();
    }
    Output verify(const fs::path& file, std::vector<std::string> more = {}) {
        std::vector<std::string> arguments = {"verify", file.string(), "--trust", trust(), "--ledger-key", instance.ledger_key()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return instance.sealctl("liu.yang", arguments);
    }
    fs::path folder_for(const std::string& name) {
        const auto folder = instance.desk() / name;
        fs::create_directory(folder);
        fs::permissions(folder, fs::perms::all);
        return folder;
    }
    Instance instance;
    fs::path picture, contract;
};

TEST_F(PdfSeals, WhatIsApprovedIsWhatIsSealed) {
    make_seal(picture);
    const auto number = applied({contract.string(), "--at", "120,40"});

    // The reviewer sees the seal on the page, where it will be, and nobody's signature yet.
    const auto desk = folder_for("wang.fang");
    const auto fetched = instance.sealctl("wang.fang", {"application", "fetch", number, desk.string()});
    ASSERT_EQ(fetched.exit_code, 0) << fetched.err;
    const auto prepared = read_file(desk / contract.filename());
    EXPECT_THAT(prepared, ::testing::StartsWith(read_file(contract))) << "the original is its beginning, byte for byte";
    EXPECT_EQ(verify(desk / contract.filename()).exit_code, 5) << "prepared is not sealed";
    const auto compared = instance.sealctl("wang.fang", {"approve", number, "--key", instance.key_file("wang.fang").string(), "--yes", (desk / contract.filename()).string()});
    EXPECT_EQ(compared.exit_code, 0) << compared.err;
    ASSERT_EQ(instance.sealctl("chen.jie", {"approve", number, "--key", instance.key_file("chen.jie").string(), "--yes"}).exit_code, 0);

    const auto sealed = instance.sealctl("li.na", {"sign", "--application", number, "-o", instance.desk().string()});
    ASSERT_EQ(sealed.exit_code, 0) << sealed.err << instance.log();
    const auto file = instance.desk() / "供貨合同.sealed.pdf";
    const auto content = read_file(file);
    ASSERT_EQ(content.size(), prepared.size());
    std::size_t first = 0, last = content.size();
    while (content[first] == prepared[first]) ++first;
    while (content[last - 1] == prepared[last - 1]) --last;
    EXPECT_EQ(prepared.substr(first, last - first).find_first_not_of('0'), std::string::npos) << "only the empty place was filled";

    const auto said = shell("pdfsig -nocert " + file.string());
    EXPECT_THAT(said, HasSubstr("Signature is Valid"));
    EXPECT_THAT(said, HasSubstr("Total document signed"));
    EXPECT_THAT(shell("qpdf --check " + file.string()), HasSubstr("No syntax or stream encoding errors"));
    const auto verified = verify(file);
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
    EXPECT_EQ(instance.entries("outcome").back().at("document").at("name").as_string(), "供貨合同.pdf");
    EXPECT_EQ(instance.entries("intent").back().at("format").as_string(), "pades");

    const auto found = instance.sealctl("liu.yang", {"ledger", "list", "--file", file.string()});
    EXPECT_THAT(found.out, HasSubstr("was sealed 1 time")) << found.err;
    instance.write_file("供貨合同.sealed.pdf", content + "% added later\n");
    EXPECT_EQ(verify(file).exit_code, 5);
}

TEST_F(PdfSeals, FilesThatAreHereAreTakenIfTheyWerePrepared) {
    make_seal({});  // no picture: nothing is seen on the page
    const auto annex = instance.write_file("annex.pdf", read_file(SEALD_TEST_DATA "/contract.pdf"));
    const auto number = applied({contract.string(), annex.string()});
    const auto desk = folder_for("li.na");
    ASSERT_EQ(instance.sealctl("li.na", {"application", "fetch", number, desk.string()}).exit_code, 0);
    approve(number);
    const auto original = instance.sealctl("li.na", {"sign", "--application", number, contract.string()});
    EXPECT_EQ(original.exit_code, 2) << original.out;
    EXPECT_THAT(original.err, HasSubstr("leave the files out"));
    ASSERT_EQ(instance.sealctl("li.na", {"sign", "--application", number, (desk / "annex.pdf").string()}).exit_code, 0);
    EXPECT_THAT(shell("pdfsig -nocert " + (desk / "annex.sealed.pdf").string()), HasSubstr("Signature is Valid"));
    EXPECT_TRUE(fs::exists(desk / "annex.sealed.pdf.receipt"));

    // An answer that was lost is asked for again, by its number, and nothing is signed twice.
    const auto ask = [&](std::vector<std::string> files, const char* out) {
        std::vector<std::string> arguments = {"sign", "--application", number, "-o", (desk / out).string(), "--request-id", "r-1"};
        arguments.insert(arguments.end(), files.begin(), files.end());
        return instance.sealctl("li.na", arguments).exit_code;
    };
    const auto mine = (desk / contract.filename()).string();
    ASSERT_EQ(ask({mine}, "one.pdf"), 0);
    const auto signatures = instance.entries("outcome").size();
    ASSERT_EQ(ask({mine}, "two.pdf"), 0);
    EXPECT_EQ(instance.entries("outcome").size(), signatures);
    EXPECT_EQ(read_file(desk / "one.pdf"), read_file(desk / "two.pdf"));
    EXPECT_EQ(instance.sealctl("li.na", {"sign", "--application", number}).exit_code, 1) << "all are sealed";
}

TEST_F(PdfSeals, ANumberOfUsesIsForFilesThatArePreparedWhenTheyAreSealed) {
    instance.configure({.formats = R"(["pades"])", .seal_extra = "quota = true"});
    ASSERT_EQ(instance.sealctl("zhang.wei", {"reload"}).exit_code, 0);
    make_seal(picture);
    const auto number = applied({"--uses", "2", "--until", to_rfc3339(SystemClock().now() + std::chrono::hours(24))});
    approve(number);
    const auto sealed = instance.sealctl("li.na", {"sign", "--application", number, "--page", "1", contract.string()});
    ASSERT_EQ(sealed.exit_code, 0) << sealed.err << instance.log();
    const auto file = instance.desk() / "供貨合同.sealed.pdf";
    EXPECT_THAT(shell("pdfsig -nocert " + file.string()), HasSubstr("Signature is Valid"));
    EXPECT_EQ(verify(file).exit_code, 0);
    EXPECT_THAT(apply({"--uses", "1", "--until", "2099-12-31", "--page", "1"}).out, HasSubstr("when such a file is sealed"));

    // What could not be sealed is kept as it was prepared, and is the same request when it is given again.
    const auto out = folder_for("out");
    const std::vector<std::string> ask = {"sign", "--application", number, "--request-id", "r-1", "-o", (out / "sealed.pdf").string()};
    const auto with = [&](const fs::path& given, const char* more = nullptr) {
        auto arguments = ask;
        arguments.push_back(given.string());
        if (more != nullptr) arguments.emplace_back(more);
        return instance.sealctl("li.na", arguments);
    };
    instance.sealctl_json("zhang.wei", {"token", "lock", "usb-1"});
    const auto locked = with(contract);
    const auto kept = out / "sealed.pdf.prepared" / "供貨合同.pdf";
    EXPECT_EQ(locked.exit_code, 4);
    EXPECT_THAT(locked.err, HasSubstr("as they were prepared: " + kept.string()));
    instance.unlock();
    for (const bool first : {true, false}) {
        const auto done = first ? with(kept) : with(kept, "--force");
        EXPECT_EQ(done.exit_code, 0) << done.err;
        EXPECT_THAT(shell("pdfsig -nocert " + (out / "sealed.pdf").string()), HasSubstr("Signature is Valid"));
    }
    EXPECT_EQ(with(contract, "--force").exit_code, 1) << "prepared anew it is another request";
    EXPECT_EQ(instance.entries("outcome").size(), 2u);
}

TEST_F(PdfSeals, ASecondSealLeavesTheFirstOneGood) {
    make_seal(picture);
    const auto first = applied({contract.string(), "--width", "30"});
    approve(first);
    const auto once = instance.desk() / "once.pdf", twice = instance.desk() / "twice.pdf";
    ASSERT_EQ(instance.sealctl("li.na", {"sign", "--application", first, "-o", once.string()}).exit_code, 0);
    const auto second = applied({once.string(), "--invisible"});
    approve(second);
    ASSERT_EQ(instance.sealctl("li.na", {"sign", "--application", second, "-o", twice.string()}).exit_code, 0);
    const auto said = shell("pdfsig -nocert " + twice.string());
    EXPECT_THAT(said, HasSubstr("Signature #2"));
    EXPECT_EQ(said.find("Invalid"), std::string::npos) << said;
    const auto verified = verify(twice);
    EXPECT_EQ(verified.exit_code, 0) << verified.out;
    EXPECT_THAT(verified.out, HasSubstr("earlier signature"));
}

TEST_F(PdfSeals, WhatCannotBePreparedCostsNothing) {
    make_seal(picture);
    const auto text = instance.write_file("contract.txt", "not a PDF");
    const auto locked = instance.desk() / "locked.pdf";
    shell("qpdf --encrypt '' owner 256 -- " SEALD_TEST_DATA "/contract.pdf " + locked.string());
    fs::permissions(locked, fs::perms(0644));
    for (const auto& [file, says] : {std::pair<std::string, std::string>(text.string(), "no PDF file"), {locked.string(), "qpdf --decrypt"}}) {
        const auto refused = apply({file});
        EXPECT_NE(refused.exit_code, 0);
        EXPECT_THAT(refused.out + refused.err, HasSubstr(says));
    }
    EXPECT_THAT(apply({contract.string(), "--page", "9"}).out, HasSubstr("has 1 pages"));
    EXPECT_THAT(apply({contract.string(), "--digests-only"}).out, HasSubstr("the daemon keeps what was prepared"));
    EXPECT_EQ(instance.entries("application-submitted").size(), 0u);
    const auto other = instance.sealctl("li.na", {"apply", "--seal", "contract", "--purpose", "p", "--type", "t", "--page", "1", contract.string()});
    EXPECT_EQ(other.exit_code, 2);
    EXPECT_THAT(other.err, HasSubstr("--format pades"));
    const auto asked_twice = apply({contract.string(), "--page", "1", "--invisible"});
    EXPECT_EQ(asked_twice.exit_code, 2) << asked_twice.out;
}

}  // namespace
}  // namespace seald::test
