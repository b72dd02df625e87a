// What the daemon's things look like in JSON, as docs/api.md says.
#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>

#include "daemon/applications/application_desk.hpp"
#include "daemon/custody/signature_count.hpp"
#include "daemon/ledger/outcome.hpp"
#include "daemon/model/seal_version.hpp"
#include "daemon/model/training.hpp"
#include "daemon/seals/custodian_desk.hpp"
#include "daemon/seals/picture_desk.hpp"
#include "daemon/seals/seal_maker.hpp"
#include "daemon/store/ledger_reader.hpp"
#include "daemon/tokens/token.hpp"

namespace seald::views {

std::string_view pin_word(token_protocol::PinState pin);  // "ok" "count-low" "final-try" "locked"

boost::json::object seal(const Seal& seal, const Result<void>& usable);
boost::json::object made_seal(const MadeSeal& made, const Result<void>& usable);
boost::json::object certificate(const Certificate& certificate);
boost::json::object key_attributes(const token_protocol::GeneratedKey& key);
boost::json::object version(const SealVersion& version);
boost::json::array versions(const Seal& seal, const std::vector<SealVersion>& others);  // all of them, by number
boost::json::object hand_over(const HandOver& hand_over);
boost::json::object picture(const tables::PictureRow& row);
boost::json::object acting(const ActingCustodian& acting);
boost::json::object custody(const SealName& name, const Custody& custody);
boost::json::object state_then(const SealName& name, Timestamp when, const StateThen& then);
boost::json::object token(const Token& token);
boost::json::object signature_count(const StoredSignatureCount& count);
boost::json::object application(const ApplicationView& view, const Policy& policy);
boost::json::object step(const StepView& view);
boost::json::object prospect(const Prospect& prospect);
boost::json::object training(const TrainingRecord& record, Timestamp now);
// `sealed_with`: the seal with the key of the first of them; `others` has those of other versions, by number.
boost::json::object signatures(const std::vector<Receipt>& receipts, const Seal& sealed_with, const std::map<unsigned, Seal>& others, boost::json::object seal_now);
boost::json::object objection(const Error& error);
boost::json::object entry(const StoredEntry& entry);
boost::json::object caller(const Caller& caller, const Policy& policy);

}  // namespace seald::views
