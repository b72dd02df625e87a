// The table of paths, a function per group: each adds its routes, bound to the services that carry them out.
#pragma once
#include "daemon/acts/act_desk.hpp"
#include "daemon/api/router.hpp"
#include "daemon/applications/application_desk.hpp"
#include "daemon/backup/backup_desk.hpp"
#include "daemon/backup/scheduled_backups.hpp"
#include "daemon/custody/reconciliation.hpp"
#include "daemon/custody/token_desk.hpp"
#include "daemon/documents/document_desk.hpp"
#include "daemon/emergency/emergency_stop.hpp"
#include "daemon/ledger/key_change.hpp"
#include "daemon/ledger/purge_desk.hpp"
#include "daemon/reload/reload.hpp"
#include "daemon/sealing/seal_service.hpp"
#include "daemon/seals/custodian_desk.hpp"
#include "daemon/seals/picture_desk.hpp"
#include "daemon/seals/rotation.hpp"
#include "daemon/seals/seal_maker.hpp"
#include "daemon/seals/status_lister.hpp"
#include "daemon/staff/staff_desk.hpp"
#include "daemon/witness/witnessing.hpp"

namespace seald {

void add_seal_routes(Router& router, SealRegister& seals, SealMaker& maker, Rotation& rotation, PictureDesk& pictures, const Clock& clock);
void add_act_routes(Router& router, ActDesk& acts, SealRegister& seals, const PolicyInForce& policies, const Clock& clock);
void add_rotation_routes(Router& router, Rotation& rotation, const Clock& clock);
void add_picture_routes(Router& router, PictureDesk& desk);
struct SealLifeServices {
    Rotation& rotation;
    PictureDesk& pictures;
    CustodianDesk& custodians;
    StatusLister& status_lister;
    const Clock& clock;
};
void add_seal_life_routes(Router& router, SealLifeServices services);  // all of these
void add_status_list_route(Router& router, StatusLister& lister);
void add_custodian_routes(Router& router, CustodianDesk& desk, const Clock& clock);
void add_emergency_routes(Router& router, EmergencyStop& emergency, const Clock& clock);
void add_signature_routes(Router& router, SealService& service, Rotation& rotation, const Clock& clock);
void add_application_routes(Router& router, ApplicationDesk& desk, const PolicyInForce& policies);
void add_staff_routes(Router& router, StaffDesk& desk, const Clock& clock);
void add_reload_route(Router& router, Reload& reload);
void add_backup_routes(Router& router, BackupDesk& desk);
void add_document_routes(Router& router, DocumentDesk& desk);
void add_token_routes(Router& router, Tokens& tokens, TokenDesk& desk, Reconciliation& reconciliation);
void add_ledger_routes(Router& router, Store& store);
void add_ledger_key_routes(Router& router, LedgerKeyDesk& desk);
void add_purge_routes(Router& router, PurgeDesk& desk);
void add_tile_routes(Router& router, Store& store);
void add_audit_routes(Router& router, Store& store, const Clock& clock);
struct StatusServices {
    SealRegister& seals;
    Tokens& tokens;
    ApplicationDesk& desk;
    ActDesk& acts;
    Store& store;
    const Witnessing& witnessing;
    const ScheduledBackups& backups;
    const PolicyInForce& policies;
    const Clock& clock;
};
void add_status_routes(Router& router, StatusServices services);

}  // namespace seald
