#include "config/groups.hpp"

#include <algorithm>

#include "config/powers.hpp"
#include "config/unix_user.hpp"
#include "core/look_alike.hpp"

namespace seald {

namespace {

GroupPowers read_powers(TableReader& reader) {
    GroupPowers powers{.roles = read_roles(reader, Need::optional), .reviews = {}, .department = {}};
    check_separation(reader, powers.roles);
    powers.reviews = read_reviews(reader);
    powers.department = reader.decoded("department", Need::optional, Department::decode);
    return powers;
}

void give(Person& person, const GroupPowers& powers) {
    person.roles.insert(powers.roles.begin(), powers.roles.end());
    person.reviews.insert(powers.reviews.begin(), powers.reviews.end());
    if (!person.department) person.department = powers.department;
}

}  // namespace

void Groups::read_unix_group(TableReader reader, std::set<Role>& roles) {
    const auto gid = reader.decoded("name", Need::mandatory, find_unix_group);
    GroupPowers powers = read_powers(reader);
    reader.finish();
    roles.insert(powers.roles.begin(), powers.roles.end());
    if (gid) unix_.push_back({*gid, std::move(powers)});
}

void Groups::read_certificate_group(TableReader reader, std::set<Role>& roles) {
    const auto field = reader.decoded("field", Need::mandatory, decode_subject_field);
    auto value = reader.decoded("value", Need::mandatory, decode_plain_spelling);
    GroupPowers powers = read_powers(reader);
    roles.insert(powers.roles.begin(), powers.roles.end());
    if (field && value) {
        const auto [known, fresh] = looks_.emplace(std::pair(*field, look_of(*value)), *value);
        if (!fresh && known->second == *value) reader.mistake("value", "another [[certificate_group]] has this field and value; allowed: each once");
        if (!fresh && known->second != *value)
            reader.mistake("value", "looks like the value of another [[certificate_group]], which is other bytes; allowed: groups that a reader can tell apart");
    }
    reader.finish();
    if (field && value) by_field_.push_back({*field, std::move(*value), std::move(powers)});
}

void Groups::add_memberships(Person& person, const Certificate* certificate) const {
    if (person.uid) {
        const auto memberships = groups_of_user(*person.uid);
        for (const UnixGroup& group : unix_)
            if (memberships.contains(group.gid)) give(person, group.powers);
    }
    if (certificate == nullptr) return;
    for (const CertificateGroup& group : by_field_) {
        const auto values = subject_values(*certificate, group.field);
        if (std::ranges::find(values, group.value) != values.end()) give(person, group.powers);
    }
}

}  // namespace seald
