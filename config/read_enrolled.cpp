#include "config/sections.hpp"
#include "config/source_text.hpp"
#include "config/unix_user.hpp"

namespace seald {

namespace {

namespace fs = std::filesystem;

// Remembers whom each identity belongs to: a uid, an id or a key that two share would let one act as the other.
class Identities {
  public:
    void claim_id(TableReader& reader, const PersonId& id) {
        if (!ids_.insert(id).second) {
            reader.mistake(
                "id", id.str() + " is enrolled twice; allowed: each id once, over persons and application clients");
        }
    }
    void claim_uid(TableReader& reader, const PersonId& id, uid_t uid) {
        if (const auto [owner, fresh] = uids_.emplace(uid, id); !fresh) {
            reader.mistake("unix_user", owner->second.str() + " has the same uid " + std::to_string(uid) +
                                            "; allowed: one person or application client per user");
        }
    }
    void claim_key(TableReader& reader, const PersonId& id, const PublicKey& key) {
        if (const auto [owner, fresh] = keys_.emplace(key.thumbprint(), id); !fresh) {
            reader.mistake("approval_key", owner->second.str() + " has the same key; allowed: each person's own");
        }
    }
    void claim_certificate(TableReader& reader, std::string_view key, const PersonId& id, const std::string& identity) {
        if (const auto [owner, fresh] = certificates_.emplace(identity, id); !fresh) {
            reader.mistake(key, owner->second.str() + " has the same; allowed: each person's or program's own");
        }
    }
    std::set<PersonId> ids() const { return ids_; }

  private:
    std::set<PersonId> ids_;
    std::map<uid_t, PersonId> uids_;
    std::map<std::string, PersonId> keys_;
    std::map<std::string, PersonId> certificates_;  // by fingerprint or name
};

// As `openssl x509 -fingerprint -sha256` prints it, or without the colons.
Result<Digest> decode_fingerprint(std::string_view text) {
    std::string hex;
    for (const char c : text)
        if (c != ':') hex += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    if (auto digest = Digest::decode("sha256", hex)) return digest;
    return malformed("not a certificate's SHA-256; allowed: 64 hexadecimal digits, with or without colons");
}

struct CertificateIdentity {
    std::optional<Digest> fingerprint;
    std::optional<AlternativeName> name;
};

CertificateIdentity read_certificate_identity(TableReader& reader) {
    return {reader.decoded("tls_certificate_sha256", Need::optional, decode_fingerprint),
            reader.decoded("tls_san", Need::optional, AlternativeName::decode)};
}

void claim(Identities& identities, TableReader& reader, const PersonId& id, const CertificateIdentity& certificate) {
    if (certificate.fingerprint)
        identities.claim_certificate(reader, "tls_certificate_sha256", id, certificate.fingerprint->hex());
    if (certificate.name) identities.claim_certificate(reader, "tls_san", id, certificate.name->str());
}

std::set<Role> read_roles(TableReader& reader) {
    std::set<Role> roles;
    for (const TextAt& word : reader.texts("roles", Need::mandatory)) {
        if (const auto role = decode_role(word.text)) {
            roles.insert(*role);
        } else {
            reader.mistakes().add(word.line, word.path, role.error().message);
        }
    }
    return roles;
}

// 三權分立: managing, using and auditing seals are different people's work.
void check_separation(TableReader& reader, const std::set<Role>& roles) {
    for (const Role power : {Role::administrator, Role::auditor}) {
        for (const Role use : {Role::applicant, Role::reviewer, Role::approver}) {
            if (!roles.contains(power) || !roles.contains(use)) continue;
            reader.mistake("roles",
                           "separation of powers (三權分立): " + std::string(to_string(power)) + " and " +
                               std::string(to_string(use)) +
                               " in one person; allowed: who manages or audits seals has no part in their use");
        }
    }
    if (roles.contains(Role::administrator) && roles.contains(Role::auditor)) {
        reader.mistake(
            "roles", "separation of powers (三權分立): administrator and auditor in one person; allowed: one of them");
    }
}

std::set<Department> read_reviews(TableReader& reader) {
    std::set<Department> departments;
    for (const TextAt& word : reader.texts("reviews", Need::optional)) {
        if (const auto department = Department::decode(word.text)) {
            departments.insert(*department);
        } else {
            reader.mistakes().add(word.line, word.path, department.error().message);
        }
    }
    return departments;
}

std::optional<PublicKey> read_approval_key(TableReader& reader, const fs::path& folder) {
    const auto given = reader.text("approval_key", Need::optional);
    if (!given) return std::nullopt;
    const fs::path file = resolve(folder, *given);
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

Result<std::string> decode_person_name(std::string_view text) { return decode_text(text, "name", 200); }

void read_person(TableReader reader, Enrolled& enrolled, Identities& identities, const fs::path& folder) {
    const auto id = reader.decoded("id", Need::mandatory, PersonId::decode);
    auto name = reader.decoded("name", Need::mandatory, decode_person_name);
    auto department = reader.decoded("department", Need::optional, Department::decode);
    const auto uid = reader.decoded("unix_user", Need::optional, find_unix_user);
    std::set<Role> roles = read_roles(reader);
    check_separation(reader, roles);
    auto key = read_approval_key(reader, folder);
    std::set<Department> reviews = read_reviews(reader);
    auto certificate = read_certificate_identity(reader);
    reader.finish();
    enrolled.roles.insert(roles.begin(), roles.end());
    if (!id) return;
    identities.claim_id(reader, *id);
    if (uid) identities.claim_uid(reader, *id, *uid);
    if (key) identities.claim_key(reader, *id, *key);
    claim(identities, reader, *id, certificate);
    enrolled.persons.emplace(*id, Person{*id, name.value_or(""), std::move(department), uid, std::move(roles),
                                         std::move(key), std::move(reviews), std::move(certificate.fingerprint),
                                         std::move(certificate.name)});
}

void read_client(TableReader reader, Enrolled& enrolled, Identities& identities) {
    const auto id = reader.decoded("id", Need::mandatory, PersonId::decode);
    const auto uid = reader.decoded("unix_user", Need::optional, find_unix_user);
    auto department = reader.decoded("department", Need::optional, Department::decode);
    auto certificate = read_certificate_identity(reader);
    if (!reader.has_any({"unix_user", "tls_certificate_sha256", "tls_san"}))
        reader.mistake("unix_user", "missing; allowed: at least one of unix_user, tls_certificate_sha256, tls_san");
    reader.finish();
    if (!id) return;
    identities.claim_id(reader, *id);
    if (uid) identities.claim_uid(reader, *id, *uid);
    claim(identities, reader, *id, certificate);
    enrolled.clients.emplace(*id, ApplicationClient{*id, uid, std::move(department), std::move(certificate.fingerprint),
                                                    std::move(certificate.name)});
}

}  // namespace

Enrolled read_enrolled(const std::vector<const toml::table*>& persons, const std::vector<const toml::table*>& clients,
                       Mistakes& mistakes, const fs::path& folder) {
    Enrolled enrolled;
    Identities identities;
    for (std::size_t i = 0; i < persons.size(); ++i) {
        read_person(TableReader(*persons[i], "person[" + std::to_string(i) + "]", mistakes), enrolled, identities,
                    folder);
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
        read_client(TableReader(*clients[i], "application_client[" + std::to_string(i) + "]", mistakes), enrolled,
                    identities);
    }
    enrolled.ids = identities.ids();
    return enrolled;
}

}  // namespace seald
