#include "daemon/store/proof_table.hpp"

namespace seald::tables {

Result<void> spend_proof(Database& database, const PersonId& caller, const std::string& jti, Timestamp used_at) {
    auto inserted = database.change("INSERT INTO use_proof (caller, jti, used_at) VALUES (?, ?, ?)", caller.str(), jti, used_at);
    if (!inserted && inserted.error().rule == "already-there")
        return conflict("proof-used", "this proof was used before: each request is signed anew, with a jti of its own");
    if (!inserted) return inserted.error();
    return {};
}

}  // namespace seald::tables
