// What the TLS listener shows and whom it lets in: TLS 1.3 only, a client certificate that the client CA vouches for and
// that is not revoked, no session resumption (a resumed session would not be asked for its certificate again).
#pragma once
#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>
#include <optional>

#include "core/time.hpp"
#include "daemon/server/held_key.hpp"

namespace seald {

struct TlsFiles {  // PEM
    std::filesystem::path certificate;  // with its chain
    std::filesystem::path key;          // refused where others may read it; empty where held_key is
    std::filesystem::path client_ca;
    std::optional<std::filesystem::path> crl;  // current ones of every CA, or nobody is let in
    std::shared_ptr<HeldKey> held_key = {};    // the certificate's key is on a token
};

class TlsContext {
  public:
    static Result<TlsContext> load(const TlsFiles& files);  // unacceptable, naming the file

    // Loads files again, or others, without using them yet.
    using Loaded = std::shared_ptr<boost::asio::ssl::context>;
    static Result<Loaded> look_at(const TlsFiles& files);
    // Connections keep what they have; new ones get the new.
    void put_in_force(Loaded loaded) { current_ = std::move(loaded); }
    Loaded current() const { return current_; }
    // Would the client at the other end of this session be let in now, with what was loaded last?
    bool accepts(const SSL* session) const;
    Timestamp certificate_ends() const;
    // Null where the key is in a file.
    const std::shared_ptr<HeldKey>& held_key() const { return held_key_; }

  private:
    TlsContext(Loaded loaded, std::shared_ptr<HeldKey> held_key) : current_(std::move(loaded)), held_key_(std::move(held_key)) {}

    Loaded current_;
    std::shared_ptr<HeldKey> held_key_;
};

}  // namespace seald
