// Each file of this folder adds one group of commands to the command line.
#pragma once
#include "client/invocation.hpp"

namespace seald {

void add_status_commands(CLI::App& sealctl, Invocation& invocation);       // status, whoami
void add_token_commands(CLI::App& sealctl, Invocation& invocation);        // token …
void add_seal_commands(CLI::App& sealctl, Invocation& invocation);         // seal …
void add_emergency_command(CLI::App& sealctl, Invocation& invocation);     // emergency-stop
void add_seal_register_commands(CLI::App& seal_group, Invocation& invocation);  // seal list, seal show
void add_custodian_commands(CLI::App& seal_group, Invocation& invocation);  // seal hand-over, seal acting-custodian, seal custody
void add_status_list_command(CLI::App& seal_group, Invocation& invocation);  // seal status-list
void add_picture_command(CLI::App& seal_group, Invocation& invocation);      // seal picture
void add_rotation_commands(CLI::App& seal_group, Invocation& invocation);   // seal replace, seal cut-over …
void add_lost_command(CLI::App& seal_group, Invocation& invocation);       // seal lost
void add_dual_commands(CLI::App& seal_group, Invocation& invocation);     // seal resume, cancel, destroy, standby
void add_destroyed_command(CLI::App& seal_group, Invocation& invocation); // seal destroyed
void add_application_commands(CLI::App& sealctl, Invocation& invocation);  // apply, application …
void add_decision_commands(CLI::App& sealctl, Invocation& invocation);     // approve, reject, return, revoke
void add_act_commands(CLI::App& sealctl, Invocation& invocation);          // act …
void add_sign_command(CLI::App& sealctl, Invocation& invocation);
void add_explain_command(CLI::App& sealctl, Invocation& invocation);
void add_verify_command(CLI::App& sealctl, Invocation& invocation);
void add_report_commands(CLI::App& sealctl, Invocation& invocation);
void add_ledger_commands(CLI::App& sealctl, Invocation& invocation);  // ledger …
void add_staff_commands(CLI::App& sealctl, Invocation& invocation);  // training …, feedback …, reload
void add_notice_commands(CLI::App& sealctl, Invocation& invocation);  // notify …
void add_backup_commands(CLI::App& sealctl, Invocation& invocation);  // backup …
void add_keygen_command(CLI::App& sealctl, Invocation& invocation);
void add_witness_command(CLI::App& sealctl, Invocation& invocation);

}  // namespace seald
