#include "daemon/ledger/entry_fields.hpp"

#include <boost/json/array.hpp>

namespace seald::entry_fields {
namespace json = boost::json;

json::object caller(const Caller& caller) {
    const Peer& peer = caller.peer();
    return {{"id", caller.id().str()},
            {"kind", caller.kind() == Caller::Kind::person ? "person" : "application-client"},
            {"name", caller.name()},
            {"uid", peer.uid},
            {"pid", peer.pid},
            {"executable", peer.executable}};
}

json::object document(const Document& document) {
    return {{"digest", std::string(to_string(document.digest.algorithm())) + ":" + document.digest.hex()}, {"name", document.name}};
}

json::array documents(const std::vector<Document>& documents) {
    json::array list;
    for (const auto& each : documents) list.push_back(document(each));
    return list;
}

json::object grant(const Grant& grant) {
    return {{"id", grant.approval_id},
            {"approver", grant.approver.str()},
            {"step", grant.step.str()},
            {"token_sha256", grant.token_digest.hex()}};
}

json::object certificate(const Certificate& certificate) {
    return {{"sha256", certificate.fingerprint().hex()}, {"serial", certificate.serial_hex()}, {"subject", certificate.subject()}};
}

}  // namespace seald::entry_fields
