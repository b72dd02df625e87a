// Remembers whom each identity belongs to: a uid, an id, a certificate or a key that two share would let one act as the other.
#pragma once
#include <map>
#include <set>

#include "config/sections.hpp"

namespace seald {

class Identities {
  public:
    void claim_id(TableReader& reader, const PersonId& id);
    void claim_uid(TableReader& reader, const PersonId& id, uid_t uid);
    void claim_key(TableReader& reader, const PersonId& id, const PublicKey& key);
    void claim_certificate(TableReader& reader, std::string_view key, const PersonId& id, const std::string& identity);
    // Namesakes are told apart by their ids; names that only look the same would tell people apart whom nobody can.
    void claim_name(TableReader& reader, const PersonId& id, const std::string& name);
    std::set<PersonId> ids() const { return ids_; }

  private:
    std::set<PersonId> ids_;
    std::map<uid_t, PersonId> uids_;
    std::map<std::string, PersonId> keys_;
    std::map<std::string, PersonId> certificates_;  // by fingerprint or name
    struct Named {
        std::string name;
        PersonId id;
    };
    std::map<std::string, Named> names_;  // by what a reader sees
};

// How somebody is known over TLS.
struct CertificateIdentity {
    std::optional<Digest> fingerprint;
    std::optional<AlternativeName> name;
    std::optional<Certificate> certificate;  // where it was given whole
};

CertificateIdentity read_certificate_identity(TableReader& reader, const std::filesystem::path& folder);
void claim(Identities& identities, TableReader& reader, const PersonId& id, const CertificateIdentity& certificate);

// The public key of approval_key, from a file that others cannot change.
std::optional<PublicKey> read_approval_key(TableReader& reader, const std::filesystem::path& folder);

}  // namespace seald
