#include "daemon/metrics/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>

namespace seald {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Counter;
using prometheus::Family;
using prometheus::Histogram;

// From a fast token on this host to a slow card that others wait for.
const Histogram::BucketBoundaries seconds = {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30};

// What is so now, written out and forgotten: a seal that is gone leaves no number behind.
class Snapshot {
  public:
    void gauge(const char* name, const char* help, double value, const prometheus::Labels& labels = {}) {
        BuildGauge().Name(name).Help(help).Register(registry_).Add(labels).Set(value);
    }
    void counter(const char* name, const char* help, double value, const prometheus::Labels& labels = {}) {
        BuildCounter().Name(name).Help(help).Register(registry_).Add(labels).Increment(value);
    }
    void histogram(const char* name, const char* help, const MetricReadings::Times& times) {
        BuildHistogram().Name(name).Help(help).Register(registry_).Add({}, times.bounds).ObserveMultiple(times.counts, times.sum);
    }
    // 1 for the state that is so, 0 for the others: what alert rules compare best.
    void state(const char* name, const char* help, const std::string& token, const std::string& now,
               std::initializer_list<const char*> states) {
        for (const char* each : states) gauge(name, help, now == each ? 1 : 0, {{"token", token}, {"state", each}});
    }
    std::string text() const { return prometheus::TextSerializer().Serialize(registry_.Collect()); }

  private:
    prometheus::Registry registry_;
};

void say_tokens(Snapshot& out, const MetricReadings& now) {
    for (const auto& token : now.tokens) {
        out.state("seald_token_state", "1 for the state a token is in", token.name, token.state,
                  {"ready", "locked", "absent", "starting", "failed"});
        out.state("seald_token_pin_state", "1 for what the token says of its PIN tries", token.name, token.pin,
                  {"ok", "count-low", "final-try", "locked"});
        out.gauge("seald_token_waiting", "Signatures that wait for a token", static_cast<double>(token.waiting), {{"token", token.name}});
        if (token.count_differences)
            out.counter("seald_signature_count_differences_total", "How often a device had counted other signatures than the ledger knows of",
                        static_cast<double>(*token.count_differences), {{"token", token.name}});
    }
}

void say_seals(Snapshot& out, const MetricReadings& now) {
    for (const auto& seal : now.seals) {
        if (seal.has_certificate)
            out.gauge("seald_certificate_days_left", "Days until a seal's certificate ends", seal.certificate_days, {{"seal", seal.name}});
        if (seal.state == "in-force")
            out.gauge("seald_seal_ready", "1 where a seal in force can be used now", seal.ready ? 1 : 0, {{"seal", seal.name}});
    }
}

void say_ledger(Snapshot& out, const MetricReadings& now) {
    out.gauge("seald_ledger_entries", "Entries in the ledger", static_cast<double>(now.ledger_entries));
    out.gauge("seald_ledger_bytes", "Size of the ledger's database", static_cast<double>(now.ledger_bytes));
    out.gauge("seald_ledger_free_bytes", "What is free where the ledger is", static_cast<double>(now.free_bytes));
    out.gauge("seald_ledger_writable", "0 after a commit failed, until one succeeds, and while only what must be recorded is, for want of space", now.ledger_writable ? 1 : 0);
    out.counter("seald_ledger_commits_total", "Commits", static_cast<double>(now.commits));
    out.counter("seald_ledger_records_total", "Entries written; over the commits, how many share one", static_cast<double>(now.records));
    out.counter("seald_ledger_commit_seconds_total", "Time spent in commits", now.commit_seconds);
    out.histogram("seald_ledger_write_seconds", "A write's time in the ledger, from handing in to the answer", now.writes);
}

void say_backups(Snapshot& out, const MetricReadings& now) {
    if (!now.backup_overdue_seconds) return;
    out.gauge("seald_backup_overdue_seconds", "How long the next scheduled backup should have been there; 0 while there is time", *now.backup_overdue_seconds);
}

void say_witnesses(Snapshot& out, const MetricReadings& now) {
    if (!now.has_witnesses) return;
    out.gauge("seald_ledger_witnessed_entries", "Entries that a quorum of witnesses has cosigned", static_cast<double>(now.witnessed_entries));
    out.gauge("seald_ledger_unwitnessed_seconds", "How long the first entry that a quorum has not cosigned has waited; 0 where there is none", now.unwitnessed_seconds);
    for (const auto& witness : now.witnesses) {
        out.gauge("seald_witness_entries", "Entries of the largest checkpoint that a witness has cosigned", static_cast<double>(witness.size), {{"witness", witness.name}});
        out.gauge("seald_witness_failing", "1 where a witness did not cosign when it was last asked", witness.failing ? 1 : 0, {{"witness", witness.name}});
    }
}

void say_notices(Snapshot& out, const MetricReadings& now) {
    for (const auto& channel : now.channels) {
        out.gauge("seald_notices_waiting", "Notices that wait to be delivered, or to be tried again", static_cast<double>(channel.waiting), {{"channel", channel.name}});
        out.gauge("seald_notices_given_up", "Notices that could not be delivered and are not tried any more", static_cast<double>(channel.given_up), {{"channel", channel.name}});
    }
}

}  // namespace

struct Metrics::Families {
    prometheus::Registry registry;
    Family<Counter>& requests = BuildCounter().Name("seald_requests_total").Help("Requests answered, by outcome").Register(registry);
    Family<Histogram>& request_time = BuildHistogram().Name("seald_request_seconds").Help("From a whole request to its answer").Register(registry);
    Family<Counter>& notices = BuildCounter().Name("seald_notice_attempts_total").Help("Attempts to deliver a notice, by outcome").Register(registry);
    Family<Histogram>& queue_time =
        BuildHistogram().Name("seald_token_queue_seconds").Help("A signature's wait for its turn at the token").Register(registry);
    Family<Histogram>& token_time = BuildHistogram().Name("seald_token_seconds").Help("A signature in the token's process").Register(registry);
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::count_request(const std::string& method, int status, const std::string& rule, Seconds took) {
    // What a client may invent is no label.
    constexpr std::array known = {"GET", "POST", "PUT", "HEAD"};
    const bool usual = std::find(known.begin(), known.end(), method) != known.end();
    families_->requests.Add({{"method", usual ? method : "other"}, {"status", std::to_string(status)}, {"rule", rule}}).Increment();
    families_->request_time.Add({{"method", usual ? method : "other"}}, seconds).Observe(took.count());
}

void Metrics::count_notice(const std::string& channel, std::string_view outcome) {
    families_->notices.Add({{"channel", channel}, {"outcome", std::string(outcome)}}).Increment();
}

void Metrics::count_token_use(const std::string& token, Seconds queued, Seconds on_token) {
    families_->queue_time.Add({{"token", token}}, seconds).Observe(queued.count());
    families_->token_time.Add({{"token", token}}, seconds).Observe(on_token.count());
}

std::string Metrics::text(const MetricReadings& now) const {
    // From 0 on: of a counter that is first seen at 1, Prometheus' increase() is 0, and no alert would fire.
    for (const auto& channel : now.channels)
        for (const char* outcome : {"delivered", "failed", "given-up"}) families_->notices.Add({{"channel", channel.name}, {"outcome", outcome}});
    Snapshot out;
    say_tokens(out, now);
    say_seals(out, now);
    say_ledger(out, now);
    say_witnesses(out, now);
    say_backups(out, now);
    say_notices(out, now);
    if (now.has_tls) out.gauge("seald_tls_certificate_days_left", "Days until the TLS certificate ends", now.tls_certificate_days);
    out.gauge("seald_applications_open", "Applications that wait for a decision or to be sealed", static_cast<double>(now.open_applications));
    out.gauge("seald_connections", "Connections of known clients", static_cast<double>(now.connections));
    out.gauge("seald_requests_in_flight", "Requests under way", static_cast<double>(now.requests_in_flight));
    return prometheus::TextSerializer().Serialize(families_->registry.Collect()) + out.text();
}

}  // namespace seald
