#include "daemon/store/ledger_reader.hpp"

#include "daemon/store/cosignature_table.hpp"
#include "daemon/store/ledger_purge.hpp"
#include "daemon/store/tile_tree.hpp"

namespace seald {
namespace {

StoredCheckpoint checkpoint_at(const Statement& row) { return {.size = row.index(0), .note = row.text(1)}; }

// Purged, or not there yet.
Error no_entry(Database& database, std::uint64_t index) {
    const auto purge = latest_purge(database);
    if (purge && *purge && index < (*purge)->end) return not_found("ledger entry " + std::to_string(index) + " is gone: " + (*purge)->words());
    return not_found("there is no ledger entry " + std::to_string(index));
}

NodeReader node_reader(TileReader& tiles) {
    return [&tiles](unsigned level, std::uint64_t index) { return tiles.node(level, index); };
}

}  // namespace

const std::string select_entries = "SELECT idx, body, kind, time, seal, person, application, result FROM entry ";
const std::string select_lives = select_entries + "INDEXED BY entry_by_kind WHERE kind >= 'seal-' AND kind < 'seal.' ";

StoredEntry entry_at(const Statement& row) {
    return {.index = row.index(0),
            .entry = {.kind = row.text(2),
                      .time = row.time(3),
                      .body = row.text(1),
                      .seal = row.find_text(4),
                      .person = row.find_text(5),
                      .application = row.find_text(6),
                      .result = row.find_text(7),
                      .documents = {},
                      .detached = {}}};
}

Result<StoredEntry> find_entry(Database& database, std::uint64_t index) {
    static const std::string sql = select_entries + "WHERE idx = ?";
    auto entry = first_row(database.query(sql, index), entry_at);
    if (!entry) return entry.error();
    if (!*entry) return no_entry(database, index);
    return std::move(**entry);
}

Result<std::vector<StoredEntry>> entries_to_tell(Database& database, std::uint64_t first, unsigned limit) {
    static const std::string sql =
        select_entries + "WHERE (kind IN ('seal-suspend', 'seal-lost', 'seal-cancel', 'seal-destroyed', 'seal-activate', 'seal-resume', 'seal-cut-over', 'act-asked') OR (kind = 'signature-count' AND result = 'differs')) "
                         "AND idx >= ? ORDER BY idx LIMIT ?";
    return all_rows(database.query(sql, first, limit), entry_at);
}

Result<std::optional<StoredEntry>> find_seal_entry(Database& database, const SealName& seal, std::string_view kind) {
    static const std::string sql = select_entries + "INDEXED BY entry_by_kind WHERE seal = ? AND kind = ? ORDER BY idx DESC LIMIT 1";
    return first_row(database.query(sql, seal.str(), kind), entry_at);
}

Result<std::optional<StoredEntry>> latest_seal_entry(Database& database, const SealName& seal, Timestamp when) {
    static const std::string sql = select_lives + "AND seal = ? AND time <= ? ORDER BY idx DESC LIMIT 1";
    return first_row(database.query(sql, seal.str(), when), entry_at);
}

Result<StoredCheckpoint> latest_checkpoint(Database& database) {
    auto checkpoint =
        first_row(database.query("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1"), checkpoint_at);
    if (!checkpoint) return checkpoint.error();
    if (!*checkpoint) return not_found("the ledger is empty: there is no checkpoint yet");
    return std::move(**checkpoint);
}

Result<std::vector<StoredCheckpoint>> list_checkpoints(Database& database, std::uint64_t from_size, unsigned limit) {
    return all_rows(
        database.query("SELECT size, note FROM checkpoint WHERE size >= ? ORDER BY size LIMIT ?", from_size, limit),
        checkpoint_at);
}

Result<std::vector<std::string>> key_change_receipts(Database& database) {
    return all_rows(database.query("SELECT receipt FROM ledger_key_change ORDER BY size"), [](const Statement& row) { return row.text(0); });
}

Result<StoredCheckpoint> witnessed_checkpoint(Database& database, std::uint64_t least_size) {
    const auto size = tables::best_cosigned_size(database, least_size);
    if (!size) return size.error();
    auto found = *size ? first_row(database.query("SELECT size, note FROM checkpoint WHERE size = ?", **size), checkpoint_at)
                       : Result<std::optional<StoredCheckpoint>>(std::optional<StoredCheckpoint>());
    if (!found) return found.error();
    auto checkpoint = *found ? Result<StoredCheckpoint>(std::move(**found)) : latest_checkpoint(database);
    if (!checkpoint) return checkpoint.error();
    return with_cosignatures(database, std::move(*checkpoint));
}

Result<StoredCheckpoint> with_cosignatures(Database& database, StoredCheckpoint checkpoint) {
    auto note = tables::add_cosignatures(database, checkpoint.size, std::move(checkpoint.note));
    if (!note) return note.error();
    return StoredCheckpoint{.size = checkpoint.size, .note = std::move(*note)};
}

Result<TlogProof> receipt_for(Database& database, std::uint64_t index) {
    auto entry = find_entry(database, index);
    if (!entry) return entry.error();
    auto checkpoint = witnessed_checkpoint(database, index + 1);
    if (!checkpoint) return checkpoint.error();
    if (index >= checkpoint->size) return no_entry(database, index);
    TileReader tiles(database);
    auto path = inclusion_proof(index, checkpoint->size, node_reader(tiles));
    if (!path) return path.error();
    const auto body = as_bytes(entry->entry.body);
    return TlogProof{.index = index,
                     .path = std::move(*path),
                     .checkpoint = std::move(checkpoint->note),
                     .extra = Bytes(body.begin(), body.end())};
}

Result<std::vector<TreeHash>> consistency_since(Database& database, std::uint64_t old_size) {
    auto checkpoint = latest_checkpoint(database);
    if (!checkpoint) return checkpoint.error();
    if (old_size == 0 || old_size > checkpoint->size)
        return not_found("the ledger has " + std::to_string(checkpoint->size) + " entries: no earlier size " +
                         std::to_string(old_size));
    TileReader tiles(database);
    return consistency_proof(old_size, checkpoint->size, node_reader(tiles));
}

Result<Bytes> tile_bytes(Database& database, unsigned level, std::uint64_t index, unsigned width) {
    auto row = database.query("SELECT hashes FROM tile WHERE level = ? AND idx = ?", level, index);
    const auto there = row.step();
    if (!there) return there.error();
    const auto wanted = std::size_t{width} * sizeof(TreeHash);
    const auto hashes = *there ? row.blob_view(0) : BytesView();
    if (width == 0 || hashes.size() < wanted)
        return not_found("there is no tile " + std::to_string(level) + "/" + std::to_string(index) + " with " +
                         std::to_string(width) + " hashes");
    return Bytes(hashes.begin(), hashes.begin() + static_cast<std::ptrdiff_t>(wanted));
}

Result<Bytes> entry_bundle(Database& database, std::uint64_t index, unsigned width) {
    const std::uint64_t first = index * tile_width;
    auto rows = database.query("SELECT idx, body FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx", first, first + width);
    Bytes bundle;
    for (std::uint64_t next = first;; ++next) {
        const auto there = rows.step();
        if (!there) return there.error();
        if (!*there && next == first + width) return bundle;
        if ((!*there || rows.index(0) != next) && next == first)
            return not_found("there is no bundle " + std::to_string(index) + " of entries: " + no_entry(database, first).message);
        if (!*there || rows.index(0) != next)
            return not_found("there is no bundle " + std::to_string(index) + " with " + std::to_string(width) + " entries");
        if (rows.blob_view(1).size() > max_entry_size)
            return verification_failed("entry " + std::to_string(next) + " is longer than an entry can be");
        add_to_bundle(bundle, rows.blob_view(1));
    }
}

Result<std::string> detached_field(Database& database, const std::string& digest) {
    auto content = first_row(database.query("SELECT content FROM detached_field WHERE digest = ?", digest),
                             [](const Statement& row) { return row.text(0); });
    if (!content) return content.error();
    if (!*content) return not_found("no field of an entry is kept under " + digest);
    return std::move(**content);
}

}  // namespace seald
