#include "daemon/api/monitoring.hpp"

#include <sys/statvfs.h>

#include <boost/json/array.hpp>

#include "daemon/api/readiness.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/views.hpp"
#include "daemon/store/application_table.hpp"
#include "daemon/store/cosignature_table.hpp"
#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/notice_table.hpp"
#include "daemon/store/state_files.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

std::uint64_t free_bytes(const std::filesystem::path& folder) {
    struct statvfs facts {};
    return ::statvfs(folder.c_str(), &facts) == 0 ? static_cast<std::uint64_t>(facts.f_bavail) * facts.f_frsize : 0;
}

double days_until(Timestamp end, Timestamp now) {
    return std::chrono::duration<double, std::ratio<86400>>(end - now).count();
}

Readiness readiness_of(const Token& token, const Tokens& tokens) {
    TokenFacts facts{.state = token.state_word(),
                     .pin_untouched = token.info().pin == token_protocol::PinState::ok,
                     .line_full = tokens.line(token.name()).full()};
    if (auto ready = token.check_ready(); !ready) facts.advice = ready.error().message;
    return judge_token(facts);
}

Readiness readiness_of(const Seal& seal, Tokens& tokens, Timestamp now) {
    auto token = tokens.find(seal.token);
    const Readiness of_token = token ? readiness_of(**token, tokens) : Readiness(Finding{"token-unknown", token.error().message});
    return judge_seal(check_in_force(seal, now), of_token);
}

Readiness ledger_readiness(const MonitoringServices& services) {
    const auto figures = services.store.figures();
    return judge_ledger({figures.failing, figures.full, free_bytes(services.state_dir)});
}

using Witnessed = tables::Witnessed;

asio::awaitable<Result<Witnessed>> read_witnessed(MonitoringServices services) {
    std::function<Result<Witnessed>(Database&)> work = [keys = services.witnessing.keys(), quorum = services.witnessing.settings().quorum](Database& database) {
        return tables::read_witnessed(database, keys, quorum);
    };
    co_return co_await services.store.read(std::move(work));
}

seconds waiting_for_witnesses(const Witnessed& witnessed, Timestamp now) {
    if (!witnessed.behind_since || *witnessed.behind_since > now) return seconds(0);
    return std::chrono::duration_cast<seconds>(now - *witnessed.behind_since);
}

Readiness witness_readiness(const MonitoringServices& services, const Witnessed& witnessed) {
    const auto& settings = services.witnessing.settings();
    return judge_witnesses({.quorum = settings.quorum, .patience = settings.patience, .waiting = waiting_for_witnesses(witnessed, services.clock.now())});
}

// Collects findings, and whether there are any.
class Report {
  public:
    json::object line(const Readiness& readiness) {
        ready_ = ready_ && !readiness;
        return note(readiness);
    }
    // Told, and no reason not to be ready.
    static json::object note(const Readiness& readiness) {
        json::value code = nullptr, reason = nullptr;
        if (readiness) code = readiness->code;
        if (readiness) reason = readiness->reason;
        return {{"ready", !readiness}, {"code", std::move(code)}, {"reason", std::move(reason)}};
    }
    json::object named(std::string_view name, const Readiness& readiness) {
        auto object = line(readiness);
        object["name"] = name;
        return object;
    }
    bool ready() const { return ready_; }

  private:
    bool ready_ = true;
};

asio::awaitable<Result<HttpResponse>> ready(MonitoringServices services) {
    auto seals = co_await services.seals.list();
    if (!seals) co_return seals.error();
    Report report;
    json::array seal_list, token_list;
    for (const auto& seal : *seals)
        if (seal.state == SealState::in_force)  // what is not in force is not meant to be ready
            seal_list.push_back(report.named(seal.name.str(), readiness_of(seal, services.tokens, services.clock.now())));
    for (const auto& token : services.tokens.all())
        token_list.push_back(report.named(token->name().str(), readiness_of(*token, services.tokens)));
    auto ledger = report.line(ledger_readiness(services));
    json::object body{{"ready", report.ready()}, {"tokens", std::move(token_list)}, {"seals", std::move(seal_list)}, {"ledger", std::move(ledger)}};
    if (services.witnessing.settings().quorum > 0) {
        auto witnessed = co_await read_witnessed(services);
        if (!witnessed) co_return witnessed.error();
        body["witnesses"] = Report::note(witness_readiness(services, *witnessed));
    }
    co_return json_response(body, report.ready() ? 200 : 503);
}

struct LedgerReadings {
    std::uint64_t entries = 0, open_applications = 0;
    std::vector<tables::ChannelCount> channels;
};

Result<LedgerReadings> read_ledger(Database& database) {
    auto latest = latest_checkpoint(database);
    if (!latest) return latest.error();
    auto open = tables::count_open(database);
    if (!open) return open.error();
    auto channels = tables::count_deliveries(database);
    if (!channels) return channels.error();
    return LedgerReadings{latest->size, *open, std::move(*channels)};
}

void read_server(const MonitoringServices& services, MetricReadings& readings) {
    const ServerFigures server = services.server();
    readings.connections = server.connections;
    readings.requests_in_flight = server.requests;
    readings.has_tls = server.tls_certificate_ends.has_value();
    if (server.tls_certificate_ends) readings.tls_certificate_days = days_until(*server.tls_certificate_ends, services.clock.now());
}

void read_disk(const MonitoringServices& services, MetricReadings& readings) {
    const WriterFigures figures = services.store.figures();
    readings.commits = figures.commits;
    readings.records = figures.records;
    readings.commit_seconds = figures.in_commits.count();
    readings.writes = {.bounds = {write_bounds.begin(), write_bounds.end()},
                       .counts = {figures.writes.begin(), figures.writes.end()},
                       .sum = figures.waited.count()};
    readings.ledger_writable = figures.failing.empty() && !figures.full;
    readings.free_bytes = free_bytes(services.state_dir);
    std::error_code gone;
    const auto size = std::filesystem::file_size(database_file(services.state_dir), gone);
    if (!gone) readings.ledger_bytes = size;
}

void read_witnesses(const MonitoringServices& services, const Witnessed& witnessed, MetricReadings& readings) {
    readings.has_witnesses = services.witnessing.settings().quorum > 0;
    readings.witnessed_entries = witnessed.size;
    readings.unwitnessed_seconds = static_cast<double>(waiting_for_witnesses(witnessed, services.clock.now()).count());
    for (const auto& state : services.witnessing.states()) readings.witnesses.push_back({.name = state.name, .size = state.size, .failing = !state.problem.empty()});
}

void read_tokens(const MonitoringServices& services, MetricReadings& readings) {
    for (const auto& token : services.tokens.all())
        readings.tokens.push_back({.name = token->name().str(),
                                   .state = std::string(token->state_word()),
                                   .pin = std::string(views::pin_word(token->info().pin)),
                                   .waiting = services.tokens.line(token->name()).waiting(),
                                   .count_differences = token->counts_signatures() ? std::optional(services.reconciliation.differences(token->name())) : std::nullopt});
}

void read_seals(const MonitoringServices& services, const std::vector<Seal>& seals, MetricReadings& readings) {
    const Timestamp now = services.clock.now();
    for (const auto& seal : seals) {
        MetricReadings::Seal reading{.name = seal.name.str(), .state = std::string(to_string(seal.state))};
        reading.has_certificate = seal.certificate.has_value();
        if (seal.certificate) reading.certificate_days = days_until(seal.certificate->not_after(), now);
        reading.ready = !readiness_of(seal, services.tokens, now);
        readings.seals.push_back(std::move(reading));
    }
}

asio::awaitable<Result<HttpResponse>> metrics(MonitoringServices services) {
    auto seals = co_await services.seals.list();
    if (!seals) co_return seals.error();
    std::function<Result<LedgerReadings>(Database&)> work = read_ledger;
    auto ledger = co_await services.store.read(std::move(work));
    if (!ledger) co_return ledger.error();
    auto witnessed = co_await read_witnessed(services);
    if (!witnessed) co_return witnessed.error();
    MetricReadings readings;
    read_witnesses(services, *witnessed, readings);
    const auto backups = services.backups.standing();
    if (backups.schedule) readings.backup_overdue_seconds = static_cast<double>(backups.overdue.count());
    readings.ledger_entries = ledger->entries;
    readings.open_applications = ledger->open_applications;
    for (auto& channel : ledger->channels) readings.channels.push_back({std::move(channel.channel), channel.waiting, channel.given_up});
    read_server(services, readings);
    read_disk(services, readings);
    read_tokens(services, readings);
    read_seals(services, *seals, readings);
    auto response = text_response(services.metrics.text(readings));
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    co_return response;
}

}  // namespace

void add_monitoring_routes(Router& router, MonitoringServices services) {
    router.add("GET", "/v1/ready", [services](Call) { return ready(services); });
    router.add("GET", "/metrics", [services](Call) { return metrics(services); });
}

}  // namespace seald
