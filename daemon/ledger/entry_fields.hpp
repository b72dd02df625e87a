// How the things of the domain are written inside ledger entries. These shapes are read by auditors' tools for years:
// add fields, change none.
#pragma once
#include <boost/json/object.hpp>

#include "daemon/model/application.hpp"
#include "daemon/model/caller.hpp"
#include "daemon/policy/permit.hpp"

namespace seald::entry_fields {

// id, kind, name; over the Unix socket uid, pid, executable; over TLS certificate {sha256, serial, subject}, address
boost::json::object caller(const Caller& caller);
boost::json::object document(const Document& document); // digest "sha256:<hex>", name
boost::json::array documents(const std::vector<Document>& documents);
boost::json::object grant(const Grant& grant);          // id, approver, step, token_sha256
boost::json::object certificate(const Certificate& certificate);  // sha256, serial, subject

}  // namespace seald::entry_fields
