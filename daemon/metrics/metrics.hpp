// Counts what happens and says it in Prometheus' text format. No name of a person, a document or an application ever becomes
// a label: those are for the ledger, and there would be no end of them. Belongs to one thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seald {

// What is read at the moment somebody asks, instead of being counted as it happens.
struct MetricReadings {
    struct Token {
        std::string name;
        std::string state;  // "ready" "locked" "absent" …
        std::string pin;    // "ok" "count-low" "final-try" "locked"
        std::size_t waiting = 0;
        std::optional<std::uint64_t> count_differences = {};  // since the start; none: it does not count signatures
    };
    struct Seal {
        std::string name;
        std::string state;     // "in-force" …
        double certificate_days = 0;  // until it ends; negative afterwards
        bool has_certificate = false;
        bool ready = false;
    };
    struct Witness {
        std::string name;
        std::uint64_t size = 0;  // cosigned
        bool failing = false;
    };
    std::vector<Token> tokens;
    std::vector<Seal> seals;
    std::vector<Witness> witnesses;
    bool has_witnesses = false;
    std::uint64_t witnessed_entries = 0;  // by a quorum
    double unwitnessed_seconds = 0;       // that the first entry beyond them has waited
    std::uint64_t ledger_entries = 0;
    std::uint64_t ledger_bytes = 0;       // of the database
    std::uint64_t free_bytes = 0;         // where it is
    std::uint64_t commits = 0, records = 0;  // since the start
    double commit_seconds = 0;
    struct Times {
        std::vector<double> bounds;
        std::vector<double> counts;  // one more than the bounds: how many were above the one before and kept to this
        double sum = 0;
    };
    Times writes = {.bounds = {}, .counts = {0}};
    bool ledger_writable = true;
    struct Channel {
        std::string name;
        std::uint64_t waiting = 0, given_up = 0;  // notices
    };
    std::vector<Channel> channels;
    std::uint64_t open_applications = 0;
    std::size_t connections = 0, requests_in_flight = 0;
    double tls_certificate_days = 0;
    bool has_tls = false;
    std::optional<double> backup_overdue_seconds = {};  // none: not scheduled
};

class Metrics {
  public:
    using Seconds = std::chrono::duration<double>;

    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    void count_request(const std::string& method, int status, const std::string& rule, Seconds took);
    void count_notice(const std::string& channel, std::string_view outcome);  // "delivered" "failed" "given-up"
    void count_token_use(const std::string& token, Seconds queued, Seconds on_token);

    std::string text(const MetricReadings& now) const;

  private:
    struct Families;
    std::unique_ptr<Families> families_;
};

}  // namespace seald
