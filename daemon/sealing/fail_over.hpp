// Which of the tokens that hold a seal's key signs, and going on with the next one when the first fails in the middle.
// Fenced: the second token is asked only when the first can no longer answer (it said no, or its process is gone), and
// only after that is on record; a token that is merely busy can, and is not left. So one intent gives one signature at most.
#pragma once
#include "core/time.hpp"
#include "daemon/sealing/document_signing.hpp"
#include "daemon/store/store.hpp"
#include "daemon/tokens/tokens.hpp"

namespace seald {

// The first place that can make so many signatures now; otherwise why the first one cannot, and that the others cannot
// either.
Result<KeyPlace> find_ready_place(Tokens& tokens, const Seal& seal, std::uint64_t signatures = 1);

// One result per intent, in their order.
boost::asio::awaitable<std::vector<Result<SignedDocument>>> sign_with_fail_over(Store& store, Tokens& tokens,
                                                                               KeyPlace place,
                                                                               std::vector<Intent> intents,
                                                                               const Clock& clock);

}  // namespace seald
