#include "daemon/seals/picture_desk.hpp"

#include "daemon/ledger/custody_rights.hpp"
#include "daemon/ledger/entry_fields.hpp"
#include "daemon/store/seal_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

Error no_such_seal(const SealName& name) { return not_found("there is no seal " + name.str() + "; sealctl seal list shows those there are"); }

Result<void> write_picture(Transaction& transaction, const SealName& name, const tables::PictureRow& row, const Caller& caller) {
    auto seal = tables::find_seal(transaction.database(), name);
    if (!seal) return seal.error();
    if (!*seal) return no_such_seal(name);
    if ((*seal)->state != SealState::made && (*seal)->state != SealState::filed)
        return conflict("seal-state", "seal " + name.str() + " is " + std::string(to_string((*seal)->state)) + ": its picture is fixed once it was in force; make another seal");
    if (auto put = tables::set_picture(transaction.database(), name, row); !put) return put;
    const json::object fields{{"caller", entry_fields::caller(caller)},
                              {"seal", name.str()},
                              {"state", to_string((*seal)->state)},
                              {"media_type", row.picture.media_type},
                              {"picture_sha256", row.picture.sha256().hex()}};
    auto index = transaction.append(Entry::make("seal-picture", row.set_at, fields));
    if (!index) return index.error();
    return {};
}

}  // namespace

asio::awaitable<Result<tables::PictureRow>> PictureDesk::set(Caller caller, SealName name, Bytes content) {
    if (auto may = co_await require_custody_of(store_, Act::manage_seal, caller, name, clock_.now()); !may) co_return may.error();
    auto picture = Picture::look_at(std::move(content));
    if (!picture) co_return picture.error();
    const tables::PictureRow row{std::move(*picture), caller.id(), clock_.now()};
    std::function<Result<bool>(Transaction&)> work = [name, row, caller](Transaction& transaction) -> Result<bool> {
        if (auto written = write_picture(transaction, name, row, caller); !written) return written.error();
        return true;
    };
    if (auto committed = co_await store_.write(std::move(work)); !committed) co_return committed.error();
    co_return row;
}

asio::awaitable<Result<std::optional<tables::PictureRow>>> PictureDesk::find(SealName name) {
    std::function<Result<std::optional<tables::PictureRow>>(Database&)> work = [name](Database& database) -> Result<std::optional<tables::PictureRow>> {
        auto standing = tables::find_standing(database, name);
        if (!standing) return standing.error();
        if (!*standing) return no_such_seal(name);
        return tables::find_picture(database, name);
    };
    co_return co_await store_.read(std::move(work));
}

}  // namespace seald
