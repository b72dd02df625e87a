#include "daemon/store/store.hpp"

namespace seald {

Error Transaction::fail(Error error) {
    if (!failure_) failure_ = error;
    return error;
}

Result<std::uint64_t> Transaction::append(const Entry& entry) {
    if (entry.body.size() > max_entry_size)
        return fail({.code = ErrorCode::too_large,
                     .message = "the ledger entry would be over " + std::to_string(max_entry_size) + " bytes"});
    const auto body = as_bytes(entry.body);
    auto inserted = database_.change(
        "INSERT INTO entry (idx, body, kind, time, seal, person, application, result) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        next_index_, body, entry.kind, entry.time, entry.seal, entry.person, entry.application, entry.result);
    if (!inserted) return fail(inserted.error());
    if (auto kept = keep_beside(entry); !kept) return fail(kept.error());
    leaves_.push_back(leaf_hash(body));
    return next_index_++;
}

// What an entry is found by besides its own columns, and what did not fit into it.
Result<void> Transaction::keep_beside(const Entry& entry) {
    std::uint64_t position = 0;
    for (const auto& document : entry.documents)
        if (auto inserted = database_.change("INSERT INTO entry_document (idx, position, digest, name) VALUES (?, ?, ?, ?)",
                                             next_index_, position++, document.digest, document.name);
            !inserted)
            return inserted.error();
    for (const auto& field : entry.detached)
        if (auto inserted = database_.change("INSERT INTO detached_field (digest, content) VALUES (?, ?) ON CONFLICT DO NOTHING",
                                             field.digest, as_bytes(field.content));
            !inserted)
            return inserted.error();
    return {};
}

Result<void> Transaction::change_ledger_key(NoteSigner next, std::uint64_t index) {
    if (changes_key_) return fail(conflict("ledger-key-changing", "the ledger's key is being changed just now"));
    changes_key_ = true;
    key_change_ = KeyChange{std::move(next), index};
    return {};
}

void Transaction::want_receipt(std::uint64_t index) {
    auto row = database_.query("SELECT body FROM entry WHERE idx = ?", index);
    const auto there = row.step();
    if (!there)
        fail(there.error());
    else if (!*there)
        fail(internal_error("a receipt was asked for an entry that is not there: " + std::to_string(index)));
    else
        wanted_.push_back({.index = index, .body = row.blob(0)});
}

}  // namespace seald
