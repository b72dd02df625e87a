// The sections of seald.toml, each read on its own. What one section says about another is checked in
// contradictions.hpp.
#pragma once
#include <map>
#include <vector>

#include "config/configuration.hpp"
#include "config/table_reader.hpp"

namespace seald {

struct DaemonSection {
    std::string id;
    std::filesystem::path state_dir;
};

struct ListenSection {
    std::filesystem::path socket;
    std::optional<TlsConfiguration> tls;
};

// Who is enrolled. `ids` and `roles` also hold those of entries with a mistake in another key, so that one mistake does
// not make others.
struct Enrolled {
    std::map<PersonId, Person> persons;
    std::map<PersonId, ApplicationClient> clients;
    std::set<PersonId> ids;
    std::set<Role> roles;
};

struct SealSection {  // with the places of what refers to other sections
    SealPolicy policy;
    std::vector<std::pair<PersonId, TextAt>> users;
    std::vector<std::pair<Step, TextAt>> steps;
};

DaemonSection read_daemon(TableReader reader, const std::filesystem::path& folder);
ListenSection read_listen(TableReader reader, const std::filesystem::path& folder);
DocumentLimits read_documents(TableReader reader);
void read_log(TableReader reader, Configuration& configuration);
std::vector<TokenConfiguration> read_tokens(const std::vector<const toml::table*>& tables, Mistakes& mistakes,
                                            const std::filesystem::path& folder);
Enrolled read_enrolled(const std::vector<const toml::table*>& persons, const std::vector<const toml::table*>& clients,
                       Mistakes& mistakes, const std::filesystem::path& folder);
std::map<std::string, SealSection> read_seals(const toml::table& seals, Mistakes& mistakes);

// Relative paths are meant from the configuration file's folder, wherever the daemon was started.
std::filesystem::path resolve(const std::filesystem::path& folder, const std::string& path);

}  // namespace seald
