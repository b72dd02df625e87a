// Signatures of webhooks, held against Python's hmac.
#include "core/webhook_signature.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_folder.hpp"

namespace seald {
namespace {

TEST(WebhookSignature, IsWhatStandardWebhooksSays) {
    const test::TemporaryFolder folder("webhook");
    const auto file = folder.path() / "secret";
    std::ofstream(file) << "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n";
    std::filesystem::permissions(file, std::filesystem::perms(0600));
    const auto secret = read_webhook_secret({.credential = false, .argument = file.string()});
    ASSERT_TRUE(secret) << secret.error().message;
    // python3 -c 'import hmac,hashlib,base64 as b; print(b.b64encode(hmac.new(b.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    //     b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}", hashlib.sha256).digest()))'
    EXPECT_EQ(sign_webhook(*secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, SecretsOfSystemdAreLookedForWhereItPutsThem) {
    const test::TemporaryFolder folder("webhook");
    ::unsetenv("CREDENTIALS_DIRECTORY");
    EXPECT_FALSE(find_webhook_secret({.credential = true, .argument = "hook"}));
    ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);
    EXPECT_EQ(find_webhook_secret({.credential = true, .argument = "hook"}).value(), folder.path() / "hook");
    ::unsetenv("CREDENTIALS_DIRECTORY");
}

}  // namespace
}  // namespace seald
