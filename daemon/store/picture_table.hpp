// Pictures of seals, as rows.
#pragma once
#include <optional>

#include "core/names.hpp"
#include "core/picture.hpp"
#include "core/time.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald::tables {

struct PictureRow {
    Picture picture;
    PersonId set_by;
    Timestamp set_at{};
};
Result<void> set_picture(Database& database, const SealName& seal, const PictureRow& row);  // in place of the one before
Result<std::optional<PictureRow>> find_picture(Database& database, const SealName& seal);

}  // namespace seald::tables
