#include "config/identities.hpp"

#include <fstream>

#include "config/source_text.hpp"
#include "core/look_alike.hpp"

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

// A file that a key or certificate is in; empty after a mistake.
std::optional<std::filesystem::path> find_file(TableReader& reader, std::string_view key, const std::filesystem::path& folder) {
    const auto given = reader.text(key, Need::optional);
    if (!given) return std::nullopt;
    std::filesystem::path file = resolve(folder, *given);
    const std::string problem = file_problem(file);
    if (problem.empty()) return file;
    reader.mistake(key, printable(file.string(), 300) + ": " + problem);
    return std::nullopt;
}

std::optional<Certificate> read_certificate(TableReader& reader, const std::filesystem::path& folder) {
    constexpr std::string_view key = "tls_certificate";
    constexpr std::streamsize longest = 256 * 1024;
    if (reader.has_any({key}) && reader.has_any({"tls_certificate_sha256"}))
        reader.mistake(key, "only one of tls_certificate and tls_certificate_sha256; allowed: the certificate's file, or its SHA-256");
    const auto file = find_file(reader, key, folder);
    if (!file) return std::nullopt;
    std::string pem(static_cast<std::size_t>(longest), '\0');
    std::ifstream in(*file, std::ios::binary);
    in.read(pem.data(), longest);
    pem.resize(static_cast<std::size_t>(in.gcount()));
    auto certificate = Certificate::from_pem(pem);
    if (certificate) return std::move(*certificate);
    reader.mistake(key, printable(file->string(), 300) + ": " + certificate.error().message + "; allowed: a PEM \"CERTIFICATE\", the person's own first");
    return std::nullopt;
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

void Identities::claim_name(TableReader& reader, const PersonId& id, const std::string& name) {
    const auto [known, fresh] = names_.emplace(look_of(name), Named{name, id});
    if (!fresh && known->second.name != name)
        reader.mistake("name", "looks like the name of " + known->second.id.str() + ", which is other bytes; allowed: both written the same way, or names that a reader can tell apart");
}

void Identities::claim_certificate(TableReader& reader, std::string_view key, const PersonId& id, const std::string& identity) {
    if (const auto [owner, fresh] = certificates_.emplace(identity, id); !fresh) {
        reader.mistake(key, owner->second.str() + " has the same; allowed: each person's or program's own");
    }
}

CertificateIdentity read_certificate_identity(TableReader& reader, const std::filesystem::path& folder) {
    CertificateIdentity identity{.fingerprint = reader.decoded("tls_certificate_sha256", Need::optional, decode_fingerprint),
                                 .name = reader.decoded("tls_san", Need::optional, AlternativeName::decode),
                                 .certificate = read_certificate(reader, folder)};
    if (identity.certificate) identity.fingerprint = identity.certificate->fingerprint();
    return identity;
}

void claim(Identities& identities, TableReader& reader, const PersonId& id, const CertificateIdentity& certificate) {
    if (certificate.fingerprint)
        identities.claim_certificate(reader, certificate.certificate ? "tls_certificate" : "tls_certificate_sha256", id, certificate.fingerprint->hex());
    if (certificate.name) identities.claim_certificate(reader, "tls_san", id, certificate.name->str());
}

std::optional<PublicKey> read_approval_key(TableReader& reader, const std::filesystem::path& folder) {
    const auto file = find_file(reader, "approval_key", folder);
    if (!file) return std::nullopt;
    auto key = PublicKey::load_pem(*file);
    if (key) return std::move(*key);
    reader.mistake("approval_key",
                   printable(file->string(), 300) + ": " + key.error().message + "; allowed: a PEM \"PUBLIC KEY\"");
    return std::nullopt;
}

}  // namespace seald
