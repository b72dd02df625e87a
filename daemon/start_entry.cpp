#include "daemon/start_entry.hpp"

#include <spdlog/spdlog.h>

#include <boost/json/array.hpp>
#include <boost/json/value_from.hpp>

namespace seald {
namespace {

namespace json = boost::json;

// What the ledger was compared with at this start. Where a checkpoint was not there, somebody moved it away on purpose, or a
// medium is missing: that is to be read in the ledger.
json::array compared_checkpoints(const Store& store) {
    json::array compared;
    for (const auto& copy : store.copies_at_opening()) {
        if (!copy.size) spdlog::warn("there is no kept checkpoint {} to compare the ledger with", copy.file.string());
        compared.push_back(json::object{{"file", copy.file.string()}, {"size", copy.size ? json::value(*copy.size) : json::value(nullptr)}});
    }
    return compared;
}

}  // namespace

Entry make_start_entry(json::object about, const Store& store, const std::vector<std::string>& witnesses, Timestamp now) {
    about["checkpoints"] = compared_checkpoints(store);
    if (!witnesses.empty()) about["witnesses"] = json::value_from(witnesses);
    return Entry::make("daemon-started", now, about);
}

}  // namespace seald
