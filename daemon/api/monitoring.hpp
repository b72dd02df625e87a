// What monitoring asks for: /metrics and /v1/ready.
#pragma once
#include "daemon/api/router.hpp"
#include "daemon/backup/scheduled_backups.hpp"
#include "daemon/custody/reconciliation.hpp"
#include "daemon/metrics/metrics.hpp"
#include "daemon/seals/seal_register.hpp"
#include "daemon/tokens/tokens.hpp"
#include "daemon/witness/witnessing.hpp"

namespace seald {

struct ServerFigures {
    std::size_t connections = 0, requests = 0;
    std::optional<Timestamp> tls_certificate_ends = {};
};

struct MonitoringServices {
    Metrics& metrics;
    SealRegister& seals;
    Tokens& tokens;
    const Reconciliation& reconciliation;
    Store& store;
    const Witnessing& witnessing;
    const ScheduledBackups& backups;
    const Clock& clock;
    std::filesystem::path state_dir;
    std::function<ServerFigures()> server;
};
void add_monitoring_routes(Router& router, MonitoringServices services);

}  // namespace seald
