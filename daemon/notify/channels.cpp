#include "daemon/notify/channels.hpp"

#include "daemon/notify/notice_command.hpp"
#include "daemon/notify/webhook_post.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto command_limit = 30s, webhook_limit = 15s;

std::int64_t unix_time(Timestamp now) { return std::chrono::duration_cast<seconds>(now.time_since_epoch()).count(); }

Result<WebhookMessage> sign(const Webhook& webhook, NoticeMessage message, std::int64_t time) {
    auto secret = read_webhook_secret(webhook.secret);
    if (!secret) return secret.error();
    auto signature = sign_webhook(*secret, message.id, time, message.body);
    return WebhookMessage{.id = std::move(message.id), .signature = std::move(signature), .body = std::move(message.body), .unix_time = time};
}

}  // namespace

std::vector<std::string> Channels::names() const {
    std::vector<std::string> names;
    const auto policy = policies_.current();
    if (!policy->notices) return names;
    if (!policy->notices->command.empty()) names.emplace_back(command_channel);
    for (const auto& webhook : policy->notices->webhooks) names.push_back(webhook.name);
    return names;
}

asio::awaitable<Result<std::string>> Channels::send(std::string channel, NoticeMessage message) {
    const auto policy = policies_.current();
    if (policy->notices) {
        if (channel == command_channel && !policy->notices->command.empty())
            co_return co_await run_command(policy->notices->command, std::move(message));
        for (const auto& webhook : policy->notices->webhooks)
            if (webhook.name == channel) co_return co_await call(webhook, std::move(message));
    }
    co_return unavailable("it is not configured any more", true);
}

asio::awaitable<Result<std::string>> Channels::run_command(std::string command, NoticeMessage message) {
    std::function<Result<std::string>()> run = [command = std::move(command), body = std::move(message.body)]() -> Result<std::string> {
        if (auto done = run_notice_command(command, body, command_limit); !done) return done.error();
        return std::string("ended with 0");
    };
    co_return co_await thread_.run(std::move(run));
}

asio::awaitable<Result<std::string>> Channels::call(Webhook webhook, NoticeMessage message) {
    auto signed_message = sign(webhook, std::move(message), unix_time(clock_.now()));
    if (!signed_message) co_return signed_message.error();
    auto status = co_await post_to_webhook(std::move(webhook), std::move(*signed_message), webhook_limit);
    if (!status) co_return status.error();
    co_return "HTTP " + std::to_string(*status);
}

}  // namespace seald
