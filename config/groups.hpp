// Groups whose enrolled members get roles, reviews and a department: groups of this host ([[unix_group]]), and fields that
// certificates' subjects have ([[certificate_group]]).
#pragma once
#include <map>

#include "config/sections.hpp"
#include "core/subject_fields.hpp"

namespace seald {

struct GroupPowers {
    std::set<Role> roles;
    std::set<Department> reviews;
    std::optional<Department> department;  // of members who have none
};

struct UnixGroup {
    gid_t gid;
    GroupPowers powers;
};

struct CertificateGroup {
    SubjectField field;
    std::string value;  // byte by byte
    GroupPowers powers;
};

class Groups {
  public:
    void read_unix_group(TableReader reader, std::set<Role>& roles);
    void read_certificate_group(TableReader reader, std::set<Role>& roles);
    bool none() const { return unix_.empty() && by_field_.empty(); }

    // `certificate`: the one that the person is enrolled with, if it was given whole.
    void add_memberships(Person& person, const Certificate* certificate) const;

  private:
    std::vector<UnixGroup> unix_;
    std::vector<CertificateGroup> by_field_;
    std::map<std::pair<SubjectField, std::string>, std::string> looks_;  // what a reader sees → the value
};

}  // namespace seald
