#include "daemon/store/opening_check.hpp"

#include "core/decimal.hpp"
#include "daemon/store/ledger_reader.hpp"

namespace seald {
namespace {

Error does_not_fit(const std::string& what) {
    return verification_failed("the ledger does not check out: " + what +
                               "; run `sealctl ledger verify` to see where, and restore a backup");
}

Result<std::string> read_meta(Database& database, const std::string& key) {
    auto value = first_row(database.query("SELECT value FROM meta WHERE key = ?", key),
                           [](const Statement& row) { return row.text(0); });
    if (!value) return value.error();
    return value->value_or("");
}

// By the highest index: gaps are for the whole check to find.
Result<std::uint64_t> count_entries(Database& database) {
    auto count = first_row(database.query("SELECT coalesce(max(idx) + 1, 0) FROM entry"),
                           [](const Statement& row) { return row.index(0); });
    if (!count) return count.error();
    return **count;
}

Result<void> check_last_leaf(Database& database, TileTree& tree) {
    const auto last = find_entry(database, tree.size() - 1);
    if (!last) return last.error();
    const auto leaf = tree.node(0, tree.size() - 1);
    if (!leaf) return leaf.error();
    if (*leaf != leaf_hash(as_bytes(last->entry.body)))
        return does_not_fit("the last entry is not the one in the tree");
    return {};
}

Result<void> check_checkpoint(Database& database, TileTree& tree, const LedgerKeys& keys) {
    const auto stored = latest_checkpoint(database);
    if (!stored && stored.error().code == ErrorCode::not_found)
        return does_not_fit("there are entries, but no checkpoint");
    if (!stored) return stored.error();
    const auto checkpoint = keys.open(stored->note);
    if (!checkpoint)
        return does_not_fit("the last checkpoint was not signed by this ledger key (" + checkpoint.error().message +
                            ")");
    if (checkpoint->size != stored->size || checkpoint->size != tree.size())
        return does_not_fit("the last checkpoint is over " + std::to_string(checkpoint->size) +
                            " entries, but there are " + std::to_string(tree.size()));
    const auto root = tree.root();
    if (!root) return root.error();
    if (*root != checkpoint->root) return does_not_fit("the tree's root is not the last checkpoint's");
    return {};
}

Result<void> check_emptiness(Database& database) {
    const auto checkpoint = latest_checkpoint(database);
    if (checkpoint) return does_not_fit("there is a checkpoint, but no entry");
    if (checkpoint.error().code != ErrorCode::not_found) return checkpoint.error();
    return {};
}

Result<void> check_origin(Database& database, const LedgerKeys& keys) {
    const auto daemon_id = read_meta(database, "daemon_id");
    if (!daemon_id) return daemon_id.error();
    if (*daemon_id == keys.name()) return {};
    return verification_failed("the ledger is that of " + *daemon_id +
                               ", but the ledger key and the configuration are for " + keys.name() +
                               ": check daemon.id");
}

}  // namespace

Result<std::int64_t> find_schema_version(Database& database) {
    const auto text = read_meta(database, "schema_version");
    if (!text) return text.error();
    return static_cast<std::int64_t>(decode_decimal(*text).value_or(0));
}

Result<void> check_schema(Database& database) {
    const auto version = find_schema_version(database);
    if (!version) return version.error();
    if (*version == schema_version) return {};
    return unavailable("the database under " + database.file().parent_path().string() + " has schema version " +
                           std::to_string(*version) + ", this seald knows version " + std::to_string(schema_version) +
                           ": use the seald that wrote it",
                       false);
}

Result<std::int64_t> check_schema_to_verify(Database& database) {
    const auto version = find_schema_version(database);
    if (!version || (*version >= 1 && *version < schema_version)) return version;
    if (auto known = check_schema(database); !known) return known.error();
    return version;
}

Result<LedgerKeys> read_ledger_keys(Database& database, const NoteVerifier& in_use) {
    const auto receipts = key_change_receipts(database);
    if (!receipts) return receipts.error();
    auto keys = LedgerKeys::follow(in_use, *receipts);
    if (!keys) return does_not_fit(keys.error().message);
    if (keys->current().encode() == in_use.encode()) return keys;
    return verification_failed("ledger.key is a former key of this ledger, from before " + to_rfc3339(keys->changes().back().time) +
                               ": put the key there that it is signed with now, from a backup made later");
}

Result<TileTree> check_ledger_end(Database& database, const LedgerKeys& keys) {
    if (auto ours = check_origin(database, keys); !ours) return ours.error();
    const auto size = count_entries(database);
    if (!size) return size.error();
    auto tree = TileTree::load(database, *size);
    if (!tree && tree.error().code == ErrorCode::verification_failed) return does_not_fit(tree.error().message);
    if (!tree) return tree.error();
    if (*size == 0) {
        if (auto empty = check_emptiness(database); !empty) return empty.error();
        return tree;
    }
    if (auto fits = check_checkpoint(database, *tree, keys); !fits) return fits.error();
    if (auto fits = check_last_leaf(database, *tree); !fits) return fits.error();
    return tree;
}

}  // namespace seald
