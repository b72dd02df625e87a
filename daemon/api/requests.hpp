// Request bodies to types that cannot be wrong: step 2 of the walk.
#pragma once
#include <string_view>

#include "daemon/applications/application_desk.hpp"
#include "daemon/backup/backup_desk.hpp"
#include "daemon/custody/token_desk.hpp"
#include "daemon/model/pending_act.hpp"
#include "daemon/model/seal_request.hpp"
#include "daemon/model/training.hpp"
#include "daemon/seals/rotation.hpp"
#include "daemon/seals/seal_maker.hpp"
#include "daemon/seals/standby_keys.hpp"

namespace seald::requests {

Result<SealRequest> decode_seal_request(const SealName& seal, std::string_view body);
// The same without request_id; documents may be absent when an application is named.
Result<SealRequest> decode_explain_request(const SealName& seal, std::string_view body);
struct ApplicationBody {
    NewApplication wanted;
    bool dry_run = false;  // only say what would become of it
};
Result<ApplicationBody> decode_application(std::string_view body);
Result<TrainingRecord> decode_training(std::string_view body);     // without who recorded it, and when
Result<std::string> decode_feedback(std::string_view body);        // {"text": "…"}
Result<std::string> decode_reason(std::string_view body);          // {"reason": "…"}
Result<std::string> decode_approval(std::string_view body);        // {"approval": "<jws>"}
Result<std::string> decode_optional_reason(std::string_view body); // {"reason"?: "…"}
Result<NewSeal> decode_new_seal(std::string_view body);
Result<KnownKey> decode_known_key(std::string_view body);
Result<KeyAlgorithm> decode_seal_algorithm(std::string_view text);  // not one that documents' readers cannot verify
// Days of a self-signed certificate, or none for a certificate request.
Result<std::optional<int>> decode_certificate_wish(std::optional<std::int64_t> days, std::optional<bool> csr);
Result<std::string> decode_common_name(const std::optional<std::string>& text);
Result<Replacement> decode_replacement(const SealName& seal, std::string_view body);
Result<std::optional<Timestamp>> decode_cut_over(std::string_view body);  // {"at"?: "2026-12-01T00:00:00Z"}
Result<std::string> decode_pem(std::string_view body);             // {"pem": "…"}
struct StopWish {
    std::set<SealName> seals;  // none: all
    std::string reason;
};
Result<StopWish> decode_emergency_stop(std::string_view body);     // {"seals"?: ["contract"], "reason": "…"}
Result<SealActRequest> decode_seal_act(SealAct act, std::string_view body);
// {"sealed_pin"?: "<base64>", "for"?: "30m", "uses"?: 10, "final_try"?: true, "pin_changed"?: true}
Result<UnlockWish> decode_unlock(std::string_view body);
Result<Bytes> decode_key_id(std::string_view text);                // hexadecimal, 1 to 255 bytes
Result<StandbyWish> decode_standby(std::string_view body);         // {"token": "usb-2", "key_id"?: "<hex>", "reason"?: "…"}
Result<ActWish> decode_destruction(const SealName& seal, std::string_view body);  // {"reason": "…", "devices"?: ["usb-1"]}
Result<std::string> decode_confirmation(std::string_view body);    // {"confirmation": "<jws>"}
struct ProbeWish {
    std::uint64_t seconds = 1;
    Bytes key_id;  // empty: a key made for the probe
};
Result<ProbeWish> decode_probe(std::string_view body);             // {"seconds"?: 1, "key_id"?: "<hex>"}
Result<BackupDrill> decode_backup_drill(std::string_view body);     // {"manifest": "sha256:…", "made_at": "…", "entries": 12, "problem"?: "…"}
Result<void> decode_nothing(std::string_view body);                // {} or no body

}  // namespace seald::requests
