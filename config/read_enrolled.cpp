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

std::set<Role> read_roles(TableReader& reader, Need need) {
    std::set<Role> roles;
    for (const TextAt& word : reader.texts("roles", need)) {
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

void read_person(TableReader reader, Need roles_needed, Enrolled& enrolled, Identities& identities, const fs::path& folder) {
    const auto id = reader.decoded("id", Need::mandatory, PersonId::decode);
    auto name = reader.decoded("name", Need::mandatory, decode_person_name);
    auto department = reader.decoded("department", Need::optional, Department::decode);
    const auto uid = reader.decoded("unix_user", Need::optional, find_unix_user);
    std::set<Role> roles = read_roles(reader, roles_needed);
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

void read_unix_group(TableReader reader, std::vector<UnixGroup>& groups, Enrolled& enrolled) {
    const auto gid = reader.decoded("name", Need::mandatory, find_unix_group);
    auto roles = read_roles(reader, Need::optional);
    check_separation(reader, roles);
    auto reviews = read_reviews(reader);
    auto department = reader.decoded("department", Need::optional, Department::decode);
    reader.finish();
    enrolled.roles.insert(roles.begin(), roles.end());
    if (gid) groups.push_back({*gid, std::move(roles), std::move(reviews), std::move(department)});
}

// A person who got a role from a group must not hold powers that are kept apart, either.
bool holds_separated_powers(const std::set<Role>& roles) {
    const bool uses = roles.contains(Role::applicant) || roles.contains(Role::reviewer) || roles.contains(Role::approver);
    const bool manages = roles.contains(Role::administrator), audits = roles.contains(Role::auditor);
    return (uses && (manages || audits)) || (manages && audits);
}

void add_memberships(const std::vector<UnixGroup>& groups, Person& person) {
    if (!person.uid) return;
    const auto memberships = groups_of_user(*person.uid);
    for (const UnixGroup& group : groups) {
        if (!memberships.contains(group.gid)) continue;
        person.roles.insert(group.roles.begin(), group.roles.end());
        person.reviews.insert(group.reviews.begin(), group.reviews.end());
        if (!person.department) person.department = group.department;
    }
}

struct DelegationAt {
    Delegation delegation;
    std::size_t file;
    std::uint32_t line;
    std::string path;
};

// From one day to another, both included, by the organisation's own clock; or moments.
auto decode_moment(std::chrono::minutes utc_offset, std::chrono::days after) {
    return [utc_offset, after](std::string_view text) -> Result<Timestamp> {
        if (const auto day = decode_date(text)) return Timestamp(*day + after) - utc_offset;
        return decode_rfc3339(text);
    };
}

std::optional<Delegation> read_delegation(TableReader& reader, std::chrono::minutes utc_offset) {
    auto from = reader.decoded("from", Need::mandatory, PersonId::decode);
    auto to = reader.decoded("to", Need::mandatory, PersonId::decode);
    const auto begin = reader.decoded("begin", Need::mandatory, decode_moment(utc_offset, std::chrono::days(0)));
    const auto end = reader.decoded("end", Need::mandatory, decode_moment(utc_offset, std::chrono::days(1)));
    std::set<std::string> seals;
    for (const TextAt& word : reader.texts("seals", Need::optional)) seals.insert(word.text);
    reader.finish();
    if (begin && end && *end <= *begin) reader.mistake("end", "not after begin; allowed: a period");
    if (from && to && *from == *to) reader.mistake("to", "the same person; allowed: somebody else");
    if (!from || !to || !begin || !end) return std::nullopt;
    return Delegation{std::move(*from), std::move(*to), *begin, *end, std::move(seals)};
}

}  // namespace

struct EnrolmentReader::Parts {
    Enrolled enrolled;
    Identities identities;
    std::vector<UnixGroup> groups;
    std::vector<DelegationAt> delegations;
};

EnrolmentReader::EnrolmentReader(Mistakes& mistakes, std::chrono::minutes utc_offset)
    : mistakes_(mistakes), utc_offset_(utc_offset), parts_(std::make_unique<Parts>()) {}
EnrolmentReader::~EnrolmentReader() = default;

void EnrolmentReader::read_unix_groups(const std::vector<const toml::table*>& groups) {
    for (std::size_t i = 0; i < groups.size(); ++i)
        read_unix_group(TableReader(*groups[i], "unix_group[" + std::to_string(i) + "]", mistakes_), parts_->groups, parts_->enrolled);
}

void EnrolmentReader::read(TableReader& root, const fs::path& folder) {
    const Need roles = parts_->groups.empty() ? Need::mandatory : Need::optional;
    const auto persons = root.tables("person", Need::optional);
    for (std::size_t i = 0; i < persons.size(); ++i)
        read_person(TableReader(*persons[i], "person[" + std::to_string(i) + "]", mistakes_), roles, parts_->enrolled, parts_->identities, folder);
    const auto clients = root.tables("application_client", Need::optional);
    for (std::size_t i = 0; i < clients.size(); ++i)
        read_client(TableReader(*clients[i], "application_client[" + std::to_string(i) + "]", mistakes_), parts_->enrolled, parts_->identities);
    const auto delegations = root.tables("delegation", Need::optional);
    for (std::size_t i = 0; i < delegations.size(); ++i) {
        const std::string path = "delegation[" + std::to_string(i) + "]";
        TableReader reader(*delegations[i], path, mistakes_);
        if (auto delegation = read_delegation(reader, utc_offset_))
            parts_->delegations.push_back({std::move(*delegation), mistakes_.file(), line_of(*delegations[i]), path});
    }
}

Enrolled EnrolmentReader::finish() {
    Enrolled& enrolled = parts_->enrolled;
    enrolled.ids = parts_->identities.ids();
    for (auto& [id, person] : enrolled.persons) {
        if (parts_->groups.empty()) break;
        add_memberships(parts_->groups, person);
        if (holds_separated_powers(person.roles))
            mistakes_.add(0, "unix_group", id.str() + " would hold powers that are kept apart (三權分立) by the groups of this host; allowed: one of them");
    }
    const std::size_t here = mistakes_.file();
    for (auto& [delegation, file, line, path] : parts_->delegations) {
        mistakes_.return_to(file);
        for (const PersonId& id : {delegation.from, delegation.to})
            if (!enrolled.persons.contains(id)) mistakes_.add(line, path, id.str() + " is not enrolled; allowed: ids of [[person]]");
        enrolled.delegations.push_back(std::move(delegation));
    }
    mistakes_.return_to(here);
    return std::move(enrolled);
}

}  // namespace seald
