#include "config/read_issuer.hpp"

#include "config/powers.hpp"

namespace seald {

namespace {

std::set<SealName> read_seal_names(TableReader& reader) {
    std::set<SealName> seals;
    for (const TextAt& word : reader.texts("seals", Need::optional)) {
        if (auto name = SealName::decode(word.text))
            seals.insert(std::move(*name));
        else
            reader.mistakes().add(word.line, word.path, name.error().message);
    }
    return seals;
}

std::set<std::string> read_kinds(TableReader& reader) {
    std::set<std::string> kinds;
    for (const TextAt& word : reader.texts("kinds", Need::optional)) {
        if (const auto kind = decode_seal_kind(word.text))
            kinds.insert(std::string(to_string(*kind)));
        else
            reader.mistakes().add(word.line, word.path, kind.error().message);
    }
    return kinds;
}

// A list that limits nothing looks like one that permits nothing.
void refuse_empty_lists(TableReader& reader, const toml::table& table) {
    for (const char* key : {"seals", "kinds", "purposes"})
        if (const auto* list = table[key].as_array(); list != nullptr && list->empty())
            reader.mistake(key, "empty; allowed: at least one, or leave the key out for any");
}

IssuerLimits read_limits(TableReader& reader, const toml::table& table) {
    refuse_empty_lists(reader, table);
    IssuerLimits limits{.seals = read_seal_names(reader), .kinds = read_kinds(reader)};
    for (const TextAt& word : reader.texts("purposes", Need::optional)) limits.purposes.push_back(word.text);
    if (const auto daily = reader.integer("daily", 1, 1'000'000)) limits.daily = static_cast<unsigned>(*daily);
    return limits;
}

// It decides and does nothing else.
void check_roles(TableReader& reader, const std::set<Role>& roles) {
    for (const Role role : roles)
        if (role != Role::reviewer && role != Role::approver)
            reader.mistake("roles", "an outside system has not the role " + std::string(to_string(role)) + "; allowed: reviewer, approver");
}

}  // namespace

void read_issuer(TableReader reader, const toml::table& table, Enrolled& enrolled, Identities& identities, const std::filesystem::path& folder) {
    const auto id = reader.decoded("id", Need::mandatory, PersonId::decode);
    auto name = reader.decoded("name", Need::mandatory, decode_person_name);
    auto department = reader.decoded("department", Need::optional, Department::decode);
    std::set<Role> roles = read_roles(reader, Need::mandatory);
    check_roles(reader, roles);
    auto reviews = read_reviews(reader);
    if (!reader.has_any({"approval_key"})) reader.mistake("approval_key", "missing; allowed: the PEM \"PUBLIC KEY\" that its tokens are signed with");
    auto key = read_approval_key(reader, folder);
    auto limits = read_limits(reader, table);
    reader.finish();
    enrolled.roles.insert(roles.begin(), roles.end());
    if (!id) return;
    identities.claim_id(reader, *id);
    if (name) identities.claim_name(reader, *id, *name);
    enrolled.issuers.insert(*id);
    if (key) identities.claim_key(reader, *id, *key);
    enrolled.persons.emplace(*id, Person{.id = *id,
                                         .name = name.value_or(""),
                                         .department = std::move(department),
                                         .uid = {},
                                         .roles = std::move(roles),
                                         .approval_key = std::move(key),
                                         .reviews = std::move(reviews),
                                         .outside = std::move(limits)});
}

}  // namespace seald
