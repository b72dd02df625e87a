// Makes seals (制章): a key generated in the token, and its certificate, self-signed or from a CA by way of a request. Every
// signature a key makes here too has its intent in the ledger before the token is asked.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <string>

#include "core/time.hpp"
#include "daemon/seals/seal_register.hpp"
#include "daemon/tokens/tokens.hpp"

namespace seald {

struct NewSeal {
    SealName name;
    SealKind kind;
    std::string title, owner;
    std::string common_name;               // of the certificate; the title unless given
    TokenName token;
    KeyAlgorithm algorithm;
    std::optional<int> self_signed_days;   // 1 to 7300; none: make a certificate request
    bool wrappable = false;                // the key may be moved to a second token, encrypted
    std::string number = {};               // of the seal (esID); empty: one is given
    std::optional<PersonId> deputy = {};   // of the custodian
};

struct KnownKey {            // a seal whose key is on the token already
    SealName name;
    SealKind kind;
    std::string title, owner;
    TokenName token;
    Bytes key_id;
    std::string certificates;  // PEM: the certificate, then its chain
    std::string number = {};   // of the seal (esID); empty: one is given
    std::optional<PersonId> deputy = {};
};

struct MadeSeal {
    Seal seal;
    std::optional<std::string> csr;        // PEM, when no self-signed certificate was asked for
    token_protocol::GeneratedKey key;      // its attributes, as re-read from the token
};

class SealMaker {
  public:
    SealMaker(Store& store, Tokens& tokens, SealRegister& seals, const Clock& clock)
        : store_(store), tokens_(tokens), seals_(seals), clock_(clock) {}

    boost::asio::awaitable<Result<MadeSeal>> make(Caller caller, NewSeal wanted);
    // The key proves by a signature that the certificate is its own.
    boost::asio::awaitable<Result<Seal>> enrol(Caller caller, KnownKey known);
    boost::asio::awaitable<Result<std::string>> request_certificate(Caller caller, SealName name);  // PEM
    // `pem`: the certificate, then its chain. It must be for this seal's key, which proves itself by a signature.
    boost::asio::awaitable<Result<Seal>> import_certificate(Caller caller, SealName name, std::string pem);

  private:
    boost::asio::awaitable<Result<void>> enter(Caller caller, Seal seal, std::string kind, boost::json::object more);

    Store& store_;
    Tokens& tokens_;
    SealRegister& seals_;
    const Clock& clock_;
};

}  // namespace seald
