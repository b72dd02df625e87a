// A witness (C2SP tlog-witness): cosigns a ledger's checkpoint when it has grown from the last one it cosigned, and never
// otherwise. Decides without sockets: a request's body in, an answer out. What is cosigned is on disk first.
#pragma once
#include <string>
#include <string_view>

#include "client/witness_records.hpp"
#include "core/cosignature.hpp"

namespace seald {

struct WitnessAnswer {
    unsigned status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
    std::string log = {};  // for the witness's operator; empty: nothing to tell
};

class Witness {
  public:
    Witness(Cosigner cosigner, WitnessRecords records) : cosigner_(std::move(cosigner)), records_(std::move(records)) {}
    const WitnessKey& key() const { return cosigner_.witness(); }
    const WitnessRecords& records() const { return records_; }
    WitnessAnswer add_checkpoint(std::string_view body, Timestamp now);

  private:
    WitnessAnswer cosign(const Checkpoint& checkpoint, const SignedNote& note, Timestamp now);
    Cosigner cosigner_;
    WitnessRecords records_;
};

}  // namespace seald
