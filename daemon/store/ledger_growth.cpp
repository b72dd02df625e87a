#include "daemon/store/ledger_growth.hpp"

namespace seald {

Result<std::string> grow_ledger(Database& database, TileTree& tree, const NoteSigner& ledger_key, std::span<const TreeHash> leaves, const NoteSigner* next) {
    if (auto appended = tree.append(leaves); !appended) return appended.error();
    const auto root = tree.root();
    if (!root) return root.error();
    const Checkpoint checkpoint{.origin = ledger_key.verifier().name(), .size = tree.size(), .root = *root};
    auto signed_note = ledger_key.sign(checkpoint.to_text());
    if (next != nullptr) signed_note.signatures.push_back(next->sign(checkpoint.to_text()).signatures.front());
    auto note = signed_note.encode();
    auto inserted = database.change("INSERT INTO checkpoint (size, note) VALUES (?, ?)", checkpoint.size, note);
    if (!inserted) return inserted.error();
    return note;
}

}  // namespace seald
