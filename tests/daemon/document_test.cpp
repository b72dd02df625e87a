// Attachments: handed in as streams, kept once, and opened only by those concerned.
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <fstream>

#include "tests/daemon/processes.hpp"
#include "tests/daemon/shared_instance.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;

class Documents : public SharedInstance {
  protected:
    static std::string path_of(const std::string& content) {
        return "/v1/documents/sha256/" + Digest::of(DigestAlgorithm::sha256, as_bytes(content)).hex();
    }
    static std::string apply(const std::string& person, const fs::path& file, std::vector<std::string> more = {}) {
        std::vector<std::string> arguments = {"apply", "--seal", "contract", "--purpose", "p", "--type", "t", file.string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return std::string(instance->sealctl_json(person, arguments).at("number").as_string());
    }
    static std::size_t stored_files() {
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& file : fs::recursive_directory_iterator(instance->state() / "documents")) count += file.is_regular_file();
        return count;
    }
    // Larger than what fits into memory at once, and different each time.
    static std::string large(char seed) {
        std::string content(3UL * 1024 * 1024 + 17, seed);
        for (std::size_t i = 0; i < content.size(); i += 4093) content[i] = static_cast<char>(i);
        return content;
    }
};

TEST_F(Documents, AreFetchedByTheReviewerExactlyAsTheyWereHandedIn) {
    const auto content = large('a');
    const auto number = apply("li.na", instance->write_file("large.bin", content));
    const fs::path folder = instance->desk() / "to-read";
    fs::create_directory(folder);
    fs::permissions(folder, fs::perms::all);
    const auto fetched = instance->sealctl("wang.fang", {"application", "fetch", number, folder.string()});
    ASSERT_EQ(fetched.exit_code, 0) << fetched.err << instance->log();
    EXPECT_EQ(read_file(folder / "large.bin"), content);
}

TEST_F(Documents, AreKeptOnceHoweverOftenTheyAreHandedIn) {
    const auto file = instance->write_file("once.bin", large('b'));
    apply("li.na", file);
    const auto before = stored_files();
    apply("li.na", file);
    apply("zhao.min", file);
    EXPECT_EQ(stored_files(), before);
}

TEST_F(Documents, AreNotForThoseWhoOnlyKnowTheDigest) {
    const std::string content = "a secret of li.na's";
    apply("li.na", instance->write_file("secret.txt", content));
    // An application over the same digest, without the content, opens nothing either.
    apply("zhao.min", instance->write_file("secret.txt", content), {"--digests-only"});
    EXPECT_EQ(instance->http("li.na", "GET", path_of(content)).body, content);
    EXPECT_EQ(instance->http("sun.li", "GET", path_of(content)).status, 200) << "she could approve it";
    EXPECT_EQ(instance->http("liu.yang", "GET", path_of(content)).status, 200) << "he audits";
    EXPECT_EQ(instance->http("zhang.wei", "GET", path_of(content)).status, 404);
    EXPECT_EQ(instance->http("erp", "GET", path_of(content)).status, 404);
    EXPECT_EQ(instance->http("nobody", "GET", path_of(content)).status, 401);
}

TEST_F(Documents, OfAnotherContentThanAnnouncedAreNotKept) {
    const auto before = stored_files();
    const auto reply = instance->http("li.na", "PUT", path_of("what was announced"), "what was sent");
    EXPECT_EQ(reply.status, 422) << reply.body;
    EXPECT_EQ(reply.rule(), "digest-mismatch");
    EXPECT_EQ(stored_files(), before);
    EXPECT_EQ(instance->http("li.na", "GET", path_of("what was announced")).status, 404);
}

TEST_F(Documents, ThatStopHalfWayLeaveNothingAndCanBeSentAgain) {
    const auto content = large('c');
    const auto before = stored_files();
    instance->raw("li.na", "PUT " + path_of(content) + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: " + std::to_string(content.size()) +
                               "\r\n\r\n" + content.substr(0, content.size() / 2));
    EXPECT_EQ(instance->http("li.na", "GET", path_of(content)).status, 404);
    EXPECT_EQ(instance->http("li.na", "PUT", path_of(content), content).status, 201);
    EXPECT_EQ(stored_files(), before + 1);
}

TEST_F(Documents, AreRefusedFromThoseWhoCannotApply) {
    EXPECT_EQ(instance->http("chen.jie", "PUT", path_of("x"), "x").rule(), "not-an-applicant");
    EXPECT_EQ(instance->http("nobody", "PUT", path_of("x"), "x").status, 401);
}

TEST_F(Documents, AreBoundedBeforeTheyAreRead) {
    const auto answer = instance->raw("li.na", "PUT " + path_of("x") + " HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999\r\n\r\n");
    EXPECT_NE(answer.find("413"), std::string::npos) << answer;
    EXPECT_NE(answer.find("document-too-large"), std::string::npos) << answer;
}

TEST_F(Documents, WithoutAnAnnouncedLengthAreMalformed) {
    const auto answer = instance->raw("li.na", "PUT " + path_of("x") + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n");
    EXPECT_NE(answer.find("400"), std::string::npos) << answer;
}

TEST_F(Documents, AnApplicationThatWouldBeRefusedSendsNone) {
    const auto before = stored_files();
    const auto refused = instance->sealctl("erp", {"apply", "--seal", "nothing", "--purpose", "p", "--type", "t", instance->write_file("in-vain.bin", large('v')).string()});
    EXPECT_NE(refused.exit_code, 0);
    EXPECT_EQ(stored_files(), before);
    const auto administrator = instance->sealctl("zhang.wei", {"apply", "--seal", "contract", "--purpose", "p", "--type", "t", (instance->desk() / "in-vain.bin").string()});
    EXPECT_EQ(administrator.exit_code, 1) << administrator.err;
    EXPECT_NE(administrator.err.find("not-an-applicant"), std::string::npos) << administrator.err;
    EXPECT_EQ(stored_files(), before);
}

TEST(FullDocuments, AreRefusedAlsoWhenTheyArriveTogetherAndForgottenOnesGo) {
    Instance instance({.extra = "[documents]\nmax_size = \"1MiB\"\nmax_total = \"1MiB\"\n"});
    instance.start();
    const auto target = [](const std::string& content) { return "/v1/documents/sha256/" + Digest::of(DigestAlgorithm::sha256, as_bytes(content)).hex(); };
    const std::string one(700UL * 1024, '1'), other(700UL * 1024, '2');
    const int arriving = instance.open_and_send("li.na", "PUT " + target(one) + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(one.size()) + "\r\n\r\n1");
    const auto incoming = instance.state() / "documents" / "incoming";
    for (int looks = 0; fs::is_empty(incoming) && looks < 1000; ++looks) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    const auto refused = instance.http("li.na", "PUT", target(other), other);
    EXPECT_EQ(refused.rule(), "documents-full") << refused.body;
    ::close(arriving);  // and its room is given back
    Reply stored = refused;
    for (int tries = 0; stored.status == 413 && tries < 100; ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        stored = instance.http("li.na", "PUT", target(other), other);
    }
    EXPECT_LT(stored.status, 300) << stored.body;
    // A file of which no row is left, as after a power cut between the two.
    const auto forgotten = instance.state() / "documents" / "sha256" / Digest::of(DigestAlgorithm::sha256, as_bytes("forgotten")).hex();
    instance.stop();
    std::ofstream(forgotten) << "forgotten";
    instance.start();
    EXPECT_FALSE(fs::exists(forgotten));
}

}  // namespace
}  // namespace seald::test
