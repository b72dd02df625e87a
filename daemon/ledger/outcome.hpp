// Step 8 of the walk: what came of the intents, durable before the reply. The same transaction compares the seal's epoch:
// a signature from before a stop is recorded as discarded and thrown away (promise I7).
#pragma once
#include <boost/asio/awaitable.hpp>
#include <vector>

#include "core/receipt.hpp"
#include "core/verified_signature.hpp"
#include "daemon/ledger/intent.hpp"
#include "daemon/store/intent_table.hpp"

namespace seald {

// Proof that one signature was recorded as done; the only thing the reply takes a signature from.
class Receipt {
  public:
    std::uint64_t index() const { return index_; }       // of the outcome entry
    const Bytes& signature() const { return signature_; }
    const TlogProof& proof() const { return proof_; }
    const Digest& document() const { return document_; }
    const std::string& document_name() const { return document_name_; }
    SignatureFormat format() const { return format_; }
    unsigned version() const { return version_; }        // of the seal's key that made it

  private:
    friend boost::asio::awaitable<Result<std::vector<Receipt>>> record_outcomes(Store&, std::vector<Intent>,
                                                                                std::vector<Result<VerifiedSignature>>,
                                                                                std::vector<std::optional<KeyPlace>>, Timestamp);
    friend boost::asio::awaitable<Result<std::vector<Receipt>>> find_receipts(Store&, const Caller&, const SealRequest&);
    friend boost::asio::awaitable<Result<std::vector<Receipt>>> find_earlier_receipts(Store&, const SealRequest&);
    static std::vector<Receipt> of(std::vector<tables::IntentRow> rows, std::vector<TlogProof> proofs);  // rows that are done
    Receipt(std::uint64_t index, Bytes signature, TlogProof proof, Digest document, std::string document_name, SignatureFormat format,
            unsigned version)
        : index_(index), signature_(std::move(signature)), proof_(std::move(proof)), document_(document),
          document_name_(std::move(document_name)), format_(format), version_(version) {}
    std::uint64_t index_;
    Bytes signature_;
    TlogProof proof_;
    Digest document_;
    std::string document_name_;
    SignatureFormat format_;
    unsigned version_;
};

// A request is sealed whole or not at all: if one signature failed, the others are recorded as discarded and their uses are
// free again. `places`: whose token made each, if one did. The error is then that failure's; conflict `seal-stopped` when the seal was stopped meanwhile.
boost::asio::awaitable<Result<std::vector<Receipt>>> record_outcomes(Store& store, std::vector<Intent> intents,
                                                                     std::vector<Result<VerifiedSignature>> signatures,
                                                                     std::vector<std::optional<KeyPlace>> places, Timestamp now);

// The receipts of this very request, when it was carried out before (same caller, id and content); empty when it is new.
// conflict: request-id-reused (other content), request-in-progress, outcome-unknown (the daemon died in the middle of it).
boost::asio::awaitable<Result<std::vector<Receipt>>> find_receipts(Store& store, const Caller& caller, const SealRequest& request);

// For policies with reseal = "return": the newest signature of this seal on each document; not_found if one has none.
boost::asio::awaitable<Result<std::vector<Receipt>>> find_earlier_receipts(Store& store, const SealRequest& request);

}  // namespace seald
