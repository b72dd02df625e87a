// What a seal's key does for itself, outside of sealing: sign its own certificate, a request for one, and the proof that a
// certificate is its own. Whoever asks records that the key is used before it is.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <string>

#include "core/time.hpp"
#include "daemon/model/caller.hpp"
#include "daemon/model/seal.hpp"
#include "daemon/store/store.hpp"
#include "daemon/tokens/token.hpp"

namespace seald {

Bytes new_key_id();  // 16 random bytes
SubjectFields subject_of(const Seal& seal, const std::string& common_name);
boost::json::object key_attributes(const token_protocol::GeneratedKey& key);
// The certificate, then what it hangs from: one that may sign, and now.
Result<std::vector<Certificate>> usable_chain(const std::string& pem, Timestamp now);

// A ledger entry that the key is about to be used for this.
boost::asio::awaitable<Result<std::uint64_t>> record_key_use(Store& store, boost::json::object caller, Seal seal, std::string purpose, Timestamp now);

boost::asio::awaitable<Result<Certificate>> self_sign(Token& token, Seal seal, SubjectFields subject, Timestamp now, int days);
boost::asio::awaitable<Result<std::string>> sign_request(Token& token, Seal seal, SubjectFields subject);  // PEM
// An imported certificate that does not belong to the key would only show when the first document is refused by its reader.
boost::asio::awaitable<Result<void>> prove_possession(Token& token, Seal seal, Certificate certificate);

}  // namespace seald
