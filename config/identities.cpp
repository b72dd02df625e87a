#include "config/identities.hpp"

#include "config/source_text.hpp"

namespace seald {

namespace {

// As `openssl x509 -fingerprint -sha256` prints it, or without the colons.
Result<Digest> decode_fingerprint(std::string_view text) {
    std::string hex;
    for (const char c : text)
        if (c != ':') hex += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    if (auto digest = Digest::decode("sha256", hex)) return digest;
    return malformed("not a certificate's SHA-256; allowed: 64 hexadecimal digits, with or without colons");
}

}  // namespace

void Identities::claim_id(TableReader& reader, const PersonId& id) {
    if (!ids_.insert(id).second) {
        reader.mistake(
            "id", id.str() + " is enrolled twice; allowed: each id once, over persons, issuers and application clients");
    }
}

void Identities::claim_uid(TableReader& reader, const PersonId& id, uid_t uid) {
    if (const auto [owner, fresh] = uids_.emplace(uid, id); !fresh) {
        reader.mistake("unix_user", owner->second.str() + " has the same uid " + std::to_string(uid) +
                                        "; allowed: one person or application client per user");
    }
}

void Identities::claim_key(TableReader& reader, const PersonId& id, const PublicKey& key) {
    if (const auto [owner, fresh] = keys_.emplace(key.thumbprint(), id); !fresh) {
        reader.mistake("approval_key", owner->second.str() + " has the same key; allowed: each person's own");
    }
}

void Identities::claim_certificate(TableReader& reader, std::string_view key, const PersonId& id, const std::string& identity) {
    if (const auto [owner, fresh] = certificates_.emplace(identity, id); !fresh) {
        reader.mistake(key, owner->second.str() + " has the same; allowed: each person's or program's own");
    }
}

CertificateIdentity read_certificate_identity(TableReader& reader) {
    return {reader.decoded("tls_certificate_sha256", Need::optional, decode_fingerprint),
            reader.decoded("tls_san", Need::optional, AlternativeName::decode)};
}

void claim(Identities& identities, TableReader& reader, const PersonId& id, const CertificateIdentity& certificate) {
    if (certificate.fingerprint)
        identities.claim_certificate(reader, "tls_certificate_sha256", id, certificate.fingerprint->hex());
    if (certificate.name) identities.claim_certificate(reader, "tls_san", id, certificate.name->str());
}

std::optional<PublicKey> read_approval_key(TableReader& reader, const std::filesystem::path& folder) {
    const auto given = reader.text("approval_key", Need::optional);
    if (!given) return std::nullopt;
    const std::filesystem::path file = resolve(folder, *given);
    const std::string problem = file_problem(file);
    if (!problem.empty()) {
        reader.mistake("approval_key", printable(file.string(), 300) + ": " + problem);
        return std::nullopt;
    }
    auto key = PublicKey::load_pem(file);
    if (key) return std::move(*key);
    reader.mistake("approval_key",
                   printable(file.string(), 300) + ": " + key.error().message + "; allowed: a PEM \"PUBLIC KEY\"");
    return std::nullopt;
}

}  // namespace seald
