#include "daemon/metrics/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seald {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

TEST(Metrics, CountRequestsByOutcome) {
    Metrics metrics;
    metrics.count_request("POST", 200, "", 3ms);
    metrics.count_request("POST", 403, "approval-missing", 1ms);
    metrics.count_request("POST", 403, "approval-missing", 1ms);
    const std::string text = metrics.text({});
    EXPECT_THAT(text, HasSubstr("seald_requests_total{method=\"POST\",rule=\"approval-missing\",status=\"403\"} 2"));
    EXPECT_THAT(text, HasSubstr("seald_request_seconds_count{method=\"POST\"} 3"));
    EXPECT_THAT(text, HasSubstr("seald_request_seconds_bucket{method=\"POST\",le=\"0.002\"} 2"));
}

TEST(Metrics, MakeNoLabelOfWhatAClientInvents) {
    Metrics metrics;
    metrics.count_request("BREW\"} 1", 405, "", 1ms);
    EXPECT_THAT(metrics.text({}), HasSubstr("method=\"other\""));
    EXPECT_THAT(metrics.text({}), Not(HasSubstr("BREW")));
}

TEST(Metrics, KeepQueueTokenAndLedgerApart) {
    Metrics metrics;
    metrics.count_token_use("usb-1", 40ms, 3ms);
    const std::string text = metrics.text({.writes = {.bounds = {0.1, 0.2}, .counts = {3, 0, 1}, .sum = 0.5}});
    EXPECT_THAT(text, HasSubstr("seald_token_queue_seconds_sum{token=\"usb-1\"} 0.04"));
    EXPECT_THAT(text, HasSubstr("seald_token_seconds_sum{token=\"usb-1\"} 0.003"));
    EXPECT_THAT(text, HasSubstr("seald_ledger_write_seconds_sum 0.5"));
    EXPECT_THAT(text, HasSubstr("seald_ledger_write_seconds_bucket{le=\"0.2\"} 3"));
    EXPECT_THAT(text, HasSubstr("seald_ledger_write_seconds_count 4"));
}

TEST(Metrics, SayTheOneStateThatATokenIsIn) {
    Metrics metrics;
    metrics.text({.tokens = {{.name = "usb-1", .state = "ready", .pin = "ok", .waiting = 0}}});
    const std::string text = metrics.text({.tokens = {{.name = "usb-1", .state = "absent", .pin = "final-try", .waiting = 7}}});
    EXPECT_THAT(text, HasSubstr("seald_token_state{state=\"absent\",token=\"usb-1\"} 1"));
    EXPECT_THAT(text, HasSubstr("seald_token_state{state=\"ready\",token=\"usb-1\"} 0"));
    EXPECT_THAT(text, HasSubstr("seald_token_pin_state{state=\"final-try\",token=\"usb-1\"} 1"));
    EXPECT_THAT(text, HasSubstr("seald_token_waiting{token=\"usb-1\"} 7"));
}

TEST(Metrics, CountersOfTheLedgerOnlyGrow) {
    Metrics metrics;
    metrics.text({.commits = 2, .records = 5});
    const std::string text = metrics.text({.commits = 3, .records = 9, .ledger_writable = false});
    EXPECT_THAT(text, HasSubstr("seald_ledger_commits_total 3"));
    EXPECT_THAT(text, HasSubstr("seald_ledger_records_total 9"));
    EXPECT_THAT(text, HasSubstr("seald_ledger_writable 0"));
}

TEST(Metrics, CountNoticesFromNoneOn) {
    Metrics metrics;
    MetricReadings now;
    now.channels.push_back({"office", 1, 0});
    EXPECT_THAT(metrics.text(now), HasSubstr("seald_notice_attempts_total{channel=\"office\",outcome=\"given-up\"} 0"));
    metrics.count_notice("office", "given-up");
    EXPECT_THAT(metrics.text(now), HasSubstr("seald_notice_attempts_total{channel=\"office\",outcome=\"given-up\"} 1"));
}

TEST(Metrics, SayHowFarWitnessesAreWhereThereAreAny) {
    Metrics metrics;
    EXPECT_THAT(metrics.text({}), Not(HasSubstr("witness")));
    const std::string text = metrics.text({.witnesses = {{.name = "w1", .size = 7, .failing = true}}, .has_witnesses = true, .witnessed_entries = 5, .unwitnessed_seconds = 61});
    EXPECT_THAT(text, HasSubstr("seald_ledger_witnessed_entries 5"));
    EXPECT_THAT(text, HasSubstr("seald_ledger_unwitnessed_seconds 61"));
    EXPECT_THAT(text, HasSubstr("seald_witness_entries{witness=\"w1\"} 7"));
    EXPECT_THAT(text, HasSubstr("seald_witness_failing{witness=\"w1\"} 1"));
}

}  // namespace
}  // namespace seald
