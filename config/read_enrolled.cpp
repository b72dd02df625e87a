#include "config/groups.hpp"
#include "config/identities.hpp"
#include "config/powers.hpp"
#include "config/read_issuer.hpp"
#include "config/unix_user.hpp"

namespace seald {

namespace {

namespace fs = std::filesystem;

using Certificates = std::map<PersonId, Certificate>;  // of persons who are enrolled with them whole

void read_person(TableReader reader, Need roles_needed, Enrolled& enrolled, Identities& identities, Certificates& certificates, const fs::path& folder) {
    const auto id = reader.decoded("id", Need::mandatory, PersonId::decode);
    auto name = reader.decoded("name", Need::mandatory, decode_person_name);
    auto department = reader.decoded("department", Need::optional, Department::decode);
    const auto language = reader.decoded("language", Need::optional, decode_language);
    const auto uid = reader.decoded("unix_user", Need::optional, find_unix_user);
    std::set<Role> roles = read_roles(reader, roles_needed);
    check_separation(reader, roles);
    auto key = read_approval_key(reader, folder);
    std::set<Department> reviews = read_reviews(reader);
    auto certificate = read_certificate_identity(reader, folder);
    reader.finish();
    enrolled.roles.insert(roles.begin(), roles.end());
    if (!id) return;
    identities.claim_id(reader, *id);
    if (name) identities.claim_name(reader, *id, *name);
    if (uid) identities.claim_uid(reader, *id, *uid);
    if (key) identities.claim_key(reader, *id, *key);
    claim(identities, reader, *id, certificate);
    if (certificate.certificate) certificates.emplace(*id, std::move(*certificate.certificate));
    enrolled.persons.emplace(*id, Person{*id, name.value_or(""), std::move(department), uid, std::move(roles),
                                         std::move(key), std::move(reviews), std::move(certificate.fingerprint),
                                         std::move(certificate.name), std::nullopt, language});
}

void read_client(TableReader reader, Enrolled& enrolled, Identities& identities, const fs::path& folder) {
    const auto id = reader.decoded("id", Need::mandatory, PersonId::decode);
    const auto uid = reader.decoded("unix_user", Need::optional, find_unix_user);
    auto department = reader.decoded("department", Need::optional, Department::decode);
    auto certificate = read_certificate_identity(reader, folder);
    auto key = read_approval_key(reader, folder);
    if (!reader.has_any({"unix_user", "tls_certificate_sha256", "tls_certificate", "tls_san"}))
        reader.mistake("unix_user", "missing; allowed: at least one of unix_user, tls_certificate_sha256, tls_certificate, tls_san");
    reader.finish();
    if (!id) return;
    identities.claim_id(reader, *id);
    if (uid) identities.claim_uid(reader, *id, *uid);
    if (key) identities.claim_key(reader, *id, *key);
    claim(identities, reader, *id, certificate);
    enrolled.clients.emplace(*id, ApplicationClient{*id, uid, std::move(department), std::move(certificate.fingerprint),
                                                    std::move(certificate.name), std::move(key)});
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
    Certificates certificates;
    Groups groups;
    std::vector<DelegationAt> delegations;
};

EnrolmentReader::EnrolmentReader(Mistakes& mistakes, std::chrono::minutes utc_offset)
    : mistakes_(mistakes), utc_offset_(utc_offset), parts_(std::make_unique<Parts>()) {}
EnrolmentReader::~EnrolmentReader() = default;

void EnrolmentReader::read_groups(const std::vector<const toml::table*>& unix_groups, const std::vector<const toml::table*>& certificate_groups) {
    for (std::size_t i = 0; i < unix_groups.size(); ++i)
        parts_->groups.read_unix_group(TableReader(*unix_groups[i], "unix_group[" + std::to_string(i) + "]", mistakes_), parts_->enrolled.roles);
    for (std::size_t i = 0; i < certificate_groups.size(); ++i)
        parts_->groups.read_certificate_group(TableReader(*certificate_groups[i], "certificate_group[" + std::to_string(i) + "]", mistakes_), parts_->enrolled.roles);
}

void EnrolmentReader::read(TableReader& root, const fs::path& folder) {
    const Need roles = parts_->groups.none() ? Need::mandatory : Need::optional;
    const auto persons = root.tables("person", Need::optional);
    for (std::size_t i = 0; i < persons.size(); ++i)
        read_person(TableReader(*persons[i], "person[" + std::to_string(i) + "]", mistakes_), roles, parts_->enrolled, parts_->identities,
                    parts_->certificates, folder);
    const auto issuers = root.tables("issuer", Need::optional);
    for (std::size_t i = 0; i < issuers.size(); ++i)
        read_issuer(TableReader(*issuers[i], "issuer[" + std::to_string(i) + "]", mistakes_), *issuers[i], parts_->enrolled, parts_->identities, folder);
    const auto clients = root.tables("application_client", Need::optional);
    for (std::size_t i = 0; i < clients.size(); ++i)
        read_client(TableReader(*clients[i], "application_client[" + std::to_string(i) + "]", mistakes_), parts_->enrolled, parts_->identities, folder);
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
        if (parts_->groups.none()) break;
        const auto certificate = parts_->certificates.find(id);
        parts_->groups.add_memberships(person, certificate == parts_->certificates.end() ? nullptr : &certificate->second);
        if (holds_separated_powers(person.roles))
            mistakes_.add(0, certificate == parts_->certificates.end() ? "unix_group" : "certificate_group",
                          id.str() + " would hold powers that are kept apart (三權分立) by groups of this host or of certificates; allowed: one of them");
    }
    const std::size_t here = mistakes_.file();
    for (auto& [delegation, file, line, path] : parts_->delegations) {
        mistakes_.return_to(file);
        for (const PersonId& id : {delegation.from, delegation.to})
            if (!enrolled.persons.contains(id) || enrolled.issuers.contains(id)) mistakes_.add(line, path, id.str() + " is not enrolled as a person; allowed: ids of [[person]]");
        enrolled.delegations.push_back(std::move(delegation));
    }
    mistakes_.return_to(here);
    return std::move(enrolled);
}

}  // namespace seald
