#include "daemon/seals/version_entries.hpp"

#include <boost/json/parse.hpp>

#include "daemon/ledger/entry_fields.hpp"

namespace seald::version_entries {

namespace json = boost::json;

json::object waiting(json::object caller, const Seal& seal, const SealVersion& version) {
    json::object fields{{"caller", std::move(caller)},
                        {"seal", seal.name.str()},
                        {"state", to_string(seal.state)},
                        {"version", seal.version},
                        {"waiting_version", version.number},
                        {"token", version.place.token.str()},
                        {"token_serial", version.place.token_serial},
                        {"algorithm", to_string(version.algorithm)},
                        {"key_id", encode_hex(version.place.key_id)},
                        {"public_key_thumbprint", version.public_key.thumbprint()},
                        {"reason", version.reason}};
    if (!version.certificates.empty()) fields["certificate"] = entry_fields::certificate(version.certificates.front());
    if (!version.key_attributes.empty()) fields["key_attributes"] = json::parse(version.key_attributes);
    if (version.planned) fields["planned_at"] = to_rfc3339(version.planned->at);
    return fields;
}

json::object cut_over(json::object caller, const Seal& before, const SealVersion& waiting) {
    json::object fields = version_entries::waiting(std::move(caller), before, waiting);
    fields.erase("waiting_version");
    fields.erase("key_attributes");
    fields["version"] = waiting.number;
    fields["previous_version"] = before.version;
    fields["epoch"] = before.epoch;
    if (before.certificate) fields["previous_certificate"] = entry_fields::certificate(*before.certificate);
    if (waiting.planned) fields["ordered_by"] = waiting.planned->by.str();
    return fields;
}

}  // namespace seald::version_entries
