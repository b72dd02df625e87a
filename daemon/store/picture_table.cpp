#include "daemon/store/picture_table.hpp"

namespace seald::tables {

Result<void> set_picture(Database& database, const SealName& seal, const PictureRow& row) {
    auto put = database.change("INSERT INTO seal_picture (seal, media_type, content, set_by, set_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (seal) DO UPDATE SET "
                               "media_type = excluded.media_type, content = excluded.content, set_by = excluded.set_by, set_at = excluded.set_at",
                               seal.str(), row.picture.media_type, row.picture.content, row.set_by.str(), row.set_at);
    if (!put) return put.error();
    return {};
}

Result<std::optional<PictureRow>> find_picture(Database& database, const SealName& seal) {
    return first_row(database.query("SELECT media_type, content, set_by, set_at FROM seal_picture WHERE seal = ?", seal.str()), [](const Statement& row) {
        return PictureRow{{row.text(0), row.blob(1)}, stored(PersonId::decode(row.text(2))), row.time(3)};
    });
}

}  // namespace seald::tables
