// Has the ledger's checkpoints cosigned (C2SP tlog-witness). In rounds: the newest checkpoint goes to one witness after the
// other, so that they cosign the same one; what was committed meanwhile is the next round's. One that fails is left alone
// for a while, ever longer. Nothing waits for any of this, but a witness that has seen another ledger ends it.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/store.hpp"
#include "daemon/witness/verdict.hpp"

namespace seald {

inline constexpr const char* contradicted_rule = "ledger-contradicted";

struct WitnessState {  // as it is now
    std::string name, url;
    std::uint64_t size = 0;               // of the largest checkpoint it cosigned
    std::optional<Timestamp> cosigned_at;
    std::string problem;                  // why it did not cosign when it was last asked
};

class Witnessing {
  public:
    // malformed: a CA file that cannot be used; unacceptable: the ledger's own key as a witness's.
    static Result<std::vector<WitnessTls>> prepare(const LedgerWitnesses& settings, const NoteVerifier& ledger);
    Witnessing(Store& store, const LedgerWitnesses& settings, std::vector<WitnessTls> tls, const Clock& clock);

    // Before the daemon serves anybody: what was seen elsewhere, now or before this start, is not gone on with.
    boost::asio::awaitable<Result<void>> check_at_start();
    bool due() const;  // is there anything to ask, and anybody who may be asked
    // An error with contradicted_rule is recorded, and the daemon must stop. Others are for another time.
    boost::asio::awaitable<Result<void>> run_round();

    const LedgerWitnesses& settings() const { return settings_; }
    std::vector<std::string> keys() const;
    std::vector<WitnessState> states() const;

  private:
    using SteadyTime = std::chrono::steady_clock::time_point;
    struct Peer {
        const WitnessSettings* settings;
        WitnessTls tls;
        WitnessState state;
        unsigned failures = 0;
        SteadyTime not_before{};
        bool pending = true;  // the newest round did not get its cosignature
    };
    boost::asio::awaitable<Result<void>> load_states();
    boost::asio::awaitable<Result<void>> ask(Peer& peer, StoredCheckpoint checkpoint, std::chrono::milliseconds limit);
    boost::asio::awaitable<Result<Verdict>> put_question(Peer& peer, StoredCheckpoint checkpoint, std::uint64_t old_size, bool its_own, std::chrono::milliseconds limit);
    boost::asio::awaitable<Result<void>> keep(Peer& peer, std::uint64_t size, GotCosignature got);
    boost::asio::awaitable<Error> record_contradiction(Peer& peer, std::string words);
    boost::asio::awaitable<Result<void>> ask_all(std::chrono::milliseconds limit);
    void note_failure(Peer& peer, const std::string& why);

    Store& store_;
    const LedgerWitnesses& settings_;
    const Clock& clock_;
    std::vector<Peer> peers_;
    std::uint64_t records_asked_ = 0;  // the store's count when the latest round began
};

}  // namespace seald
