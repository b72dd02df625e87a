// The picture of a seal (印模): set before the seal is first in force, and fixed from then on, since a seal cannot be altered.
#pragma once
#include "daemon/seals/seal_register.hpp"
#include "daemon/store/picture_table.hpp"

namespace seald {

class PictureDesk {
  public:
    PictureDesk(Store& store, const Clock& clock) : store_(store), clock_(clock) {}
    boost::asio::awaitable<Result<tables::PictureRow>> set(Caller caller, SealName name, Bytes content);  // as Picture::look_at() has it
    boost::asio::awaitable<Result<std::optional<tables::PictureRow>>> find(SealName name);                // not_found: no such seal

  private:
    Store& store_;
    const Clock& clock_;
};

}  // namespace seald
