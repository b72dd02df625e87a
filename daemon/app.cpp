#include "daemon/app.hpp"

#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/object.hpp>
#include <csignal>

#include "daemon/api/api.hpp"
#include "daemon/api/monitoring.hpp"
#include "daemon/api/notice_routes.hpp"
#include "daemon/api/routes.hpp"
#include "daemon/applications/deadlines.hpp"
#include "daemon/custody/server_key.hpp"
#include "daemon/ledger/open_intents.hpp"
#include "daemon/ledger/record.hpp"
#include "daemon/listening.hpp"
#include "daemon/log/log.hpp"
#include "daemon/log_signals.hpp"
#include "daemon/notify/certificate_notices.hpp"
#include "daemon/notify/messenger.hpp"
#include "daemon/notify/seal_notices.hpp"
#include "daemon/outage.hpp"
#include "daemon/reload/hangup.hpp"
#include "daemon/rounds.hpp"
#include "daemon/server/descriptor_budget.hpp"
#include "daemon/server/server.hpp"
#include "daemon/start_entry.hpp"
#include "daemon/store/ledger_key_file.hpp"
#include "daemon/token_settings.hpp"
#include "daemon/version.hpp"
#include "daemon/watchdog.hpp"
#include "daemon/witness/witnessing.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

BackupSources backup_sources(const Configuration& configuration) {
    return {configuration.state_dir, configuration.policy.daemon_id, configuration.sources, configuration.backup.recipients};
}

// Everything the daemon consists of. What is used outlives what uses it; the io_context comes first.
class Daemon {
  public:
    Daemon(const Configuration& configuration, std::unique_ptr<Store> store, DocumentFiles documents,
           std::vector<Listener> listeners, std::unique_ptr<TlsContext> tls, std::vector<WitnessTls> witness_tls)
        : configuration_(configuration),
          policies_(configuration.policy),
          store_(std::move(store)),
          identifier_(configuration.policy),
          seals_(*store_, clock_),
          maker_(*store_, tokens_, seals_, clock_),
          standby_(*store_, tokens_, seals_, clock_),
          rotation_(*store_, tokens_, clock_),
          custodians_(*store_, policies_, clock_),
          pictures_(*store_, clock_),
          status_lister_(*store_, configuration.state_dir, configuration.policy.daemon_id, clock_),
          desk_(*store_, policies_, clock_),
          documents_(*store_, std::move(documents), configuration.documents, policies_, clock_),
          backups_(*store_, backup_sources(configuration), clock_),
          scheduled_(*store_, backup_sources(configuration), configuration.backup.schedule, clock_),
          staff_(*store_, policies_, clock_),
          reload_(configuration, *store_, clock_),
          deadlines_(*store_, policies_, clock_),
          certificate_notices_(*store_, policies_, clock_),
          channels_(policies_, clock_),
          messenger_(loop_.get_executor(), *store_, policies_, clock_, channels_,
                     [this](const std::string& channel, std::string_view outcome) { metrics_.count_notice(channel, outcome); }),
          trial_(channels_, *store_, policies_, clock_),
          seal_notices_(*store_, policies_, clock_),
          witnessing_(*store_, configuration.witnesses, std::move(witness_tls), clock_),
          custody_(loop_.get_executor(), *store_, tokens_, clock_),
          reconciliation_(loop_.get_executor(), *store_, tokens_, clock_),
          emergency_(*store_, custody_, policies_, clock_),
          destruction_(*store_, tokens_, policies_, clock_),
          completion_(destruction_, standby_, emergency_, clock_),
          acts_(*store_, completion_, policies_, clock_),
          service_(*store_, tokens_, policies_, clock_),
          ledger_key_(*store_, configuration.state_dir, clock_),
          purge_(*store_, configuration.keep_years, clock_),
          api_(make_router(), identifier_, policies_, *store_, clock_, metrics_),
          tls_(std::move(tls)),
          server_(loop_.get_executor(), std::move(listeners), api_, {}, tls_.get()) {
        if (configuration.tls && configuration.tls->key_token) server_key_.emplace(*store_, tokens_, *configuration.tls->key_token);
    }

    Result<void> run() {
        asio::co_spawn(loop_, live(), [this](std::exception_ptr failure, Result<void> result) {
            if (failure) std::rethrow_exception(failure);
            result_ = std::move(result);
            loop_.stop();
        });
        loop_.run();
        return result_;
    }

  private:
    Router make_router() {
        Router router;
        add_monitoring_routes(router, {metrics_, seals_, tokens_, reconciliation_, *store_, witnessing_, scheduled_, clock_, configuration_.state_dir, [this] { return figures(); }});
        add_status_routes(router, {seals_, tokens_, desk_, acts_, *store_, witnessing_, scheduled_, policies_, clock_});
        add_seal_routes(router, seals_, maker_, rotation_, pictures_, clock_);
        add_act_routes(router, acts_, seals_, policies_, clock_);
        add_seal_life_routes(router, {rotation_, pictures_, custodians_, status_lister_, clock_});
        add_emergency_routes(router, emergency_, clock_);
        add_signature_routes(router, service_, rotation_, clock_);
        add_application_routes(router, desk_, policies_);
        add_staff_routes(router, staff_, clock_);
        add_notice_routes(router, trial_);
        add_reload_route(router, reload_);
        add_document_routes(router, documents_);
        add_backup_routes(router, backups_);
        add_token_routes(router, tokens_, custody_, reconciliation_);
        add_ledger_routes(router, *store_);
        add_ledger_key_routes(router, ledger_key_);
        add_purge_routes(router, purge_);
        add_tile_routes(router, *store_);
        add_audit_routes(router, *store_, clock_);
        return router;
    }

    ServerFigures figures() const {
        const auto ends = tls_ ? std::optional(tls_->certificate_ends()) : std::nullopt;
        return {.connections = server_.connections(), .requests = api_.requests_in_flight(), .tls_certificate_ends = ends};
    }

    // The same files, which may hold a new certificate, and new revocations.
    Reload::Part tls_part() {
        return [this](const Configuration& loaded) -> Result<Reload::PutInForce> {
            if (!tls_) return Reload::PutInForce([] {});
            auto context = TlsContext::look_at(files_of(*loaded.tls, tls_->held_key()));
            if (!context) return context.error();
            return Reload::PutInForce([this, context = std::move(*context)] {
                tls_->put_in_force(context);
                server_.part_from_unwelcome();
            });
        };
    }

    Reload::Part log_part() {
        return [this](const Configuration& loaded) -> Result<Reload::PutInForce> {
            return Reload::PutInForce([this, level = decode_log_level(loaded.log_level).value()] { log_level_.configure(level); });
        };
    }

    Reload::Part policy_part() {
        return [this](const Configuration& loaded) -> Result<Reload::PutInForce> {
            auto policy = std::make_shared<const Policy>(loaded.policy);
            return Reload::PutInForce([this, policy, documents = loaded.documents] {
                policies_.replace(policy);
                identifier_.replace(*policy);
                documents_.set_limits(documents);
            });
        };
    }

    // From a handshake's thread to this one, and back.
    HeldKey::Ask asking_token() {
        return [this](PublicKey key, Digest digest, HeldKey::Answer answer) {
            asio::co_spawn(loop_, server_key_->sign(std::move(key), digest), [answer](std::exception_ptr failure, Result<Bytes> signature) {
                answer(failure ? Result<Bytes>(internal_error("signing a handshake failed")) : std::move(signature));
            });
        };
    }

    void go_on(std::same_as<asio::awaitable<void>> auto... rounds) { (asio::co_spawn(loop_, std::move(rounds), asio::detached), ...); }

    asio::awaitable<Result<void>> live() {
        if (auto agreed = co_await witnessing_.check_at_start(); !agreed) co_return agreed.error();
        json::object about{{"version", version}, {"daemon", configuration_.policy.daemon_id}, {"policy", configuration_.policy.sha256}};
        auto started = make_start_entry(about, *store_, witnessing_.keys(), clock_.now());
        if (auto recorded = co_await record_entry(*store_, std::move(started), WhenFull::record); !recorded) co_return recorded.error();
        auto unfinished = co_await close_unfinished_intents(*store_, clock_.now());
        if (!unfinished) co_return unfinished.error();
        if (*unfinished > 0)
            spdlog::critical("{} signatures were under way when the daemon died: recorded as outcome unknown, their approvals stay used", *unfinished);

        if (auto cleared = co_await documents_.clear_away_forgotten(); !cleared) co_return cleared.error();
        for (const auto& token : configuration_.tokens) {
            auto settings = token_settings(token, configuration_);
            if (token.sessions) settings.sessions = *token.sessions;
            else if (auto worthwhile = co_await custody_.worthwhile_sessions(token.name)) settings.sessions = *worthwhile;
            if (auto begun = co_await custody_.start(std::move(settings)); !begun) co_return begun.error();
        }
        if (server_key_) tls_->held_key()->answer_with(asking_token());
        asio::co_spawn(loop_, server_.serve(), [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);  // a daemon that does not listen must not look alive
        });
        spdlog::info("seald {} serves {} at {}", version, configuration_.policy.daemon_id, configuration_.socket.string());
        reload_.add(policy_part());
        reload_.add(tls_part());
        reload_.add(log_part());
        asio::co_spawn(loop_, reload_on_hangup(reload_), asio::detached);
        go_on(keep_deadlines(deadlines_), keep_notices(messenger_), keep_acts(acts_), keep_people_told(seal_notices_), keep_backups(scheduled_));
        go_on(keep_backup_desk(backups_), keep_cut_overs(rotation_), keep_certificates(certificate_notices_), keep_counts(reconciliation_));
        sd_notify(0, "READY=1");
        asio::co_spawn(loop_, keep_watchdog(*store_), asio::detached);
        asio::co_spawn(loop_, end_outages(*store_, clock_), asio::detached);
        asio::co_spawn(loop_, log_level_.heed_signals(), asio::detached);

        asio::signal_set stop(loop_, SIGTERM, SIGINT);
        std::optional<Error> contradicted;
        asio::co_spawn(loop_, keep_witnesses(witnessing_), [&](std::exception_ptr failure, Error found) {
            if (failure) std::rethrow_exception(failure);
            contradicted = std::move(found);
            tokens_.stop();  // first of all: no signature more
            stop.cancel();
        });
        const auto [cancelled, signal] = co_await stop.async_wait(asio::as_tuple(asio::use_awaitable));
        spdlog::log(contradicted ? spdlog::level::critical : spdlog::level::info, "stopping: {}",
                    contradicted ? contradicted->message : signal == SIGTERM ? "SIGTERM" : "SIGINT");
        sd_notify(0, "STOPPING=1");
        if (server_key_) tls_->held_key()->give_up();
        co_await server_.stop();
        tokens_.stop();
        if (contradicted) co_return *contradicted;  // whose entry is the last one
        auto stopped = Entry::make("daemon-stopped", clock_.now(), about);
        if (auto recorded = co_await record_entry(*store_, std::move(stopped), WhenFull::record); !recorded) co_return recorded.error();
        co_return Result<void>();
    }

    asio::io_context loop_;
    const Configuration& configuration_;
    SystemClock clock_;
    PolicyInForce policies_;  // before the store, whose last work may still ask it
    std::unique_ptr<Store> store_;
    LogLevelInForce log_level_{decode_log_level(configuration_.log_level).value()};
    Metrics metrics_;
    Tokens tokens_{[this](const TokenName& token, auto waited, auto used) { metrics_.count_token_use(token.str(), waited, used); }};
    Identifier identifier_;
    SealRegister seals_;
    SealMaker maker_;
    StandbyKeys standby_;
    Rotation rotation_;
    CustodianDesk custodians_;
    PictureDesk pictures_;
    StatusLister status_lister_;
    ApplicationDesk desk_;
    DocumentDesk documents_;
    BackupDesk backups_;
    ScheduledBackups scheduled_;
    StaffDesk staff_;
    Reload reload_;
    Deadlines deadlines_;
    CertificateNotices certificate_notices_;
    Channels channels_;
    Messenger messenger_;
    NoticeTrial trial_;
    SealNotices seal_notices_;
    Witnessing witnessing_;
    TokenDesk custody_;
    Reconciliation reconciliation_;
    std::optional<ServerKey> server_key_;  // where it is on a token
    EmergencyStop emergency_;
    KeyDestruction destruction_;
    ActCompletion completion_;
    ActDesk acts_;
    SealService service_;
    LedgerKeyDesk ledger_key_;
    PurgeDesk purge_;
    Api api_;
    std::unique_ptr<TlsContext> tls_;
    Server server_;
    Result<void> result_;
};

}  // namespace

Result<void> run_daemon(const Configuration& configuration) {
    open_log(decode_log_format(configuration.log_format).value(), decode_log_level(configuration.log_level).value());
    if (auto enough = budget_descriptors({}, configuration.tokens.size()); !enough) return enough.error();
    auto signer = load_ledger_key(configuration.state_dir, configuration.policy.daemon_id);
    if (!signer) return signer.error();
    auto witness_tls = Witnessing::prepare(configuration.witnesses, signer->verifier());
    if (!witness_tls) return witness_tls.error();
    auto store = Store::open(configuration.state_dir, std::move(*signer), configuration.checkpoint_copies);
    if (!store) return store.error();
    auto documents = DocumentFiles::open(configuration.state_dir);
    if (!documents) return documents.error();
    auto tls = load_tls(configuration);
    if (!tls) return tls.error();
    auto listeners = find_listeners(configuration);
    if (!listeners) return listeners.error();
    for (const auto& listener : *listeners)
        if (listener.kind() == Listener::Kind::tcp) spdlog::info("serving TLS at port {}", listener.port());
    return Daemon(configuration, std::move(*store), std::move(*documents), std::move(*listeners), std::move(*tls), std::move(*witness_tls)).run();
}

}  // namespace seald
