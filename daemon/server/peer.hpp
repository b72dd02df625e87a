// Who is at the other end, as the kernel tells it. Facts only: daemon/identity judges them.
#pragma once
#include "core/error.hpp"
#include "daemon/model/caller.hpp"

namespace seald {

// The credentials are those of the process that called connect(2), fixed at that moment: uid and gid can be relied on.
// The executable is a hint for the log: the pid may belong to another process by now (looked at once, right after
// accept, and dropped if that process runs as another user), and a connection can be handed on after connect(2).
Result<Peer> read_peer(int descriptor);

}  // namespace seald
