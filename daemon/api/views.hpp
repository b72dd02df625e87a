// What the daemon's things look like in JSON, as docs/api.md says.
#pragma once
#include <boost/json/object.hpp>

#include "daemon/applications/application_desk.hpp"
#include "daemon/ledger/outcome.hpp"
#include "daemon/model/training.hpp"
#include "daemon/seals/seal_maker.hpp"
#include "daemon/store/ledger_reader.hpp"
#include "daemon/tokens/token.hpp"

namespace seald::views {

std::string_view pin_word(token_protocol::PinState pin);  // "ok" "count-low" "final-try" "locked"

boost::json::object seal(const Seal& seal, const Result<void>& usable);
boost::json::object made_seal(const MadeSeal& made, const Result<void>& usable);
boost::json::object token(const Token& token);
boost::json::object application(const ApplicationView& view, const Policy& policy);
boost::json::object step(const StepView& view);
boost::json::object prospect(const Prospect& prospect);
boost::json::object training(const TrainingRecord& record, Timestamp now);
boost::json::object signatures(const std::vector<Receipt>& receipts, const Seal& seal, const Result<void>& usable);
boost::json::object objection(const Error& error);
boost::json::object entry(const StoredEntry& entry);
boost::json::object caller(const Caller& caller, const Policy& policy);

}  // namespace seald::views
