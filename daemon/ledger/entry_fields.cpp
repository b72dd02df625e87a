#include "daemon/ledger/entry_fields.hpp"

#include <boost/json/array.hpp>

namespace seald::entry_fields {
namespace json = boost::json;

json::object caller(const Caller& caller) {
    const Peer& peer = caller.peer();
    json::object fields{{"id", caller.id().str()},
                        {"kind", caller.kind() == Caller::Kind::person ? "person" : "application-client"},
                        {"name", caller.name()}};
    if (peer.certificate) {
        fields["certificate"] = json::object{{"sha256", peer.certificate->fingerprint.hex()},
                                             {"serial", peer.certificate->serial},
                                             {"subject", peer.certificate->subject}};
        fields["address"] = peer.address;
    } else {
        fields["uid"] = peer.uid;
        fields["pid"] = peer.pid;
        fields["executable"] = peer.executable;
        if (!peer.cgroup.empty()) fields["cgroup"] = peer.cgroup;
    }
    return fields;
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
