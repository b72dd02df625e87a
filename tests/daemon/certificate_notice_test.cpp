// A certificate's end is told well ahead, once, to those who can do something.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/outside.hpp"
#include "tests/daemon/pin_file.hpp"
#include "tests/support/test_ca.hpp"

namespace seald::test {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

constexpr long day = 86400;

class CertificateNotice : public testing::Test {
  protected:
    static Office office(const std::string& pin, const std::string& more = "") {
        return {.pin = pin,
                .extra = "[[person]]\nid = \"sun.li\"\nname = \"孫麗\"\nunix_user = \"" + std::to_string(uid_of("sun.li")) +
                         "\"\nroles = [\"administrator\"]\nlanguage = \"zh\"\n[notify]\ncommand = \"/bin/true\"\n" + more,
                .absent = {"sun.li"}};
    }
    // A seal in force with a certificate that was issued so long ago and ends then.
    void make_seal(long issued_ago, long ends_in) {
        const auto csr = instance.desk() / "c.csr";
        instance.sealctl_json("zhang.wei", {"seal", "make", "contract", "--kind", "contract", "--title", "合同專用章", "--owner", "Example Ltd", "--token", "usb-1",
                                            "--algorithm", "ec-p256", "--csr", csr.string()});
        std::ifstream in(csr);
        const std::string request((std::istreambuf_iterator<char>(in)), {});
        std::ofstream(instance.desk() / "c.pem") << TestCa("CA").issue_for(request, {.common_name = "contract", .starts_in = -issued_ago, .ends_in = ends_in}).certificate;
        instance.sealctl_json("zhang.wei", {"seal", "certificate", "contract", "--import", (instance.desk() / "c.pem").string()});
        instance.sealctl_json("zhang.wei", {"seal", "file", "contract", "--number", "42", "--date", "2026-11-24"});
    }
    // The notices as they are in the outbox, whether delivered or not.
    std::vector<json::object> notices() {
        const auto rows = run_tool("sqlite3 -readonly " + (instance.state() / "ledger.db").string() + " \"SELECT body FROM notice WHERE kind = 'certificate-ends' ORDER BY id\"");
        std::vector<json::object> list;
        std::istringstream lines(rows.out);
        for (std::string line; std::getline(lines, line);) list.push_back(json::parse(line).as_object());
        return list;
    }
    // A start looks at once; the next request is answered after it has.
    std::vector<json::object> after_restart(std::size_t wanted) {
        instance.stop();
        instance.start();
        for (int looks = 0; looks < 150 && notices().size() < wanted; ++looks) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        return notices();
    }
    PinFile pin;
    Instance instance{office(pin.source())};
};

TEST_F(CertificateNotice, IsWrittenOnceForEachTimeBeforeTheEndAlsoOverRestarts) {
    instance.start();
    ASSERT_TRUE(instance.token_becomes("usb-1", "ready"));
    make_seal(60 * day, 6 * day);
    const auto first = after_restart(1);
    ASSERT_EQ(first.size(), 1u) << instance.log();
    EXPECT_EQ(first[0].at("seal").as_string(), "contract");
    EXPECT_EQ(first[0].at("days_left").to_number<int>(), 5);
    EXPECT_EQ(json::value_to<std::set<std::string>>(first[0].at("to")), (std::set<std::string>{"guo.jing", "sun.li", "zhang.wei"}));
    const std::string english(first[0].at("messages").at(0).at("text").as_string()), chinese(first[0].at("messages").at(1).at("text").as_string());
    EXPECT_THAT(chinese, HasSubstr("孫麗：印章 contract 的證書"));
    EXPECT_THAT(english, HasSubstr("sealctl seal replace contract"));
    EXPECT_EQ(after_restart(2).size(), 1u) << "not again";
    EXPECT_THAT(instance.log(), HasSubstr("its certificate"));

    // Another time before the end is another warning.
    instance.configure(office(pin.source(), "certificate_warnings = [\"10d\"]\n"));
    const auto second = after_restart(2);
    ASSERT_EQ(second.size(), 2u) << instance.log();
    EXPECT_EQ(after_restart(3).size(), 2u);
}

TEST_F(CertificateNotice, SaysNothingOfOneThatIsFarOffOrWasMeantToBeShort) {
    instance.start();
    ASSERT_TRUE(instance.token_becomes("usb-1", "ready"));
    make_seal(0, 20 * day);  // shorter than thirty days from the start, and more than seven are left
    EXPECT_TRUE(after_restart(1).empty());
}

}  // namespace
}  // namespace seald::test
