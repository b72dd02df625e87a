// Another key for a seal (換章): made beside the old one, certified, tested by a signature, and put in its place at a moment.
// The cut-over is one transaction that stops nothing: what was begun with the old key ends with it, what begins after it has
// the new one. A key that cannot be used then is not cut over to, and it is said why.
#pragma once
#include <map>

#include "daemon/model/seal_version.hpp"
#include "daemon/seals/seal_register.hpp"
#include "daemon/tokens/tokens.hpp"

namespace seald {

struct Replacement {
    SealName name;
    std::string reason;
    std::optional<TokenName> token = {};         // none: the one that the seal is on
    std::optional<KeyAlgorithm> algorithm = {};  // none: that of the old key
    std::string common_name = {};                // of the certificate; the title unless given
    std::optional<int> self_signed_days = {};    // none: make a certificate request
    bool wrappable = false;
    std::optional<Timestamp> at = {};            // cut over then; none: when somebody says so
};

struct MadeVersion {
    SealVersion version;
    std::optional<std::string> csr;     // PEM, when no self-signed certificate was asked for
    token_protocol::GeneratedKey key;   // its attributes, as re-read from the token
};

class Rotation {
  public:
    Rotation(Store& store, Tokens& tokens, const Clock& clock) : store_(store), tokens_(tokens), clock_(clock) {}

    boost::asio::awaitable<Result<MadeVersion>> replace(Caller caller, Replacement wanted);
    boost::asio::awaitable<Result<Seal>> cut_over(Caller caller, SealName name);
    boost::asio::awaitable<Result<SealVersion>> plan_cut_over(Caller caller, SealName name, Timestamp at);
    boost::asio::awaitable<Result<SealVersion>> withdraw(Caller caller, SealName name, std::string reason);
    // Of the version that waits, as SealMaker does it for the first.
    boost::asio::awaitable<Result<std::string>> request_certificate(Caller caller, SealName name);  // PEM
    boost::asio::awaitable<Result<SealVersion>> import_certificate(Caller caller, SealName name, std::string pem);

    boost::asio::awaitable<Result<bool>> waits(SealName name);  // is there a version that waits?
    boost::asio::awaitable<Result<std::vector<SealVersion>>> versions(SealName name);
    boost::asio::awaitable<Result<Seal>> find(SealName name, unsigned version);  // the seal with that version's key

    boost::asio::awaitable<Result<void>> keep();  // planned cut-overs that are due, once; to be called again and again

  private:
    struct Pair {
        Seal seal;
        SealVersion waiting;
    };
    struct Order {  // who has it done, and how the ledger names that
        boost::json::object caller;
        PersonId by;
    };
    static Result<Pair> read_pair(Database& database, const SealName& name);
    boost::asio::awaitable<Result<Pair>> find_pair(SealName name);
    boost::asio::awaitable<Result<Seal>> perform(Order order, SealName name);
    boost::asio::awaitable<Result<void>> prove(Order order, Pair pair);
    boost::asio::awaitable<Result<SealVersion>> enter(Caller caller, Seal seal, SealVersion version);
    boost::asio::awaitable<Result<void>> keep_one(SealName name);
    boost::asio::awaitable<Result<void>> note_problem(SealName name, Error why);
    void expect(const Seal& seal);

    Store& store_;
    Tokens& tokens_;
    const Clock& clock_;
    std::map<SealName, Timestamp> not_before_;  // each test of a key is in the ledger: one that failed it is not asked for another every second
};

}  // namespace seald
