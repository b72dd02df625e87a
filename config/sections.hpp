// The sections of seald.toml, each read on its own. What one section says about another is checked in
// contradictions.hpp.
#pragma once
#include <map>
#include <memory>
#include <vector>

#include "config/configuration.hpp"
#include "config/table_reader.hpp"

namespace seald {

struct DaemonSection {
    std::string id;
    std::filesystem::path state_dir;
};

struct LedgerSection {
    std::vector<std::filesystem::path> copies;
    unsigned keep_years = 5;
    LedgerWitnesses witnesses;
};

struct ListenSection {
    std::filesystem::path socket;
    std::optional<TlsConfiguration> tls;
    std::uint32_t tls_key_line = 0;
};

// Who is enrolled. `ids` and `roles` also hold those of entries with a mistake in another key, so that one mistake does
// not make others.
struct Enrolled {
    std::vector<Delegation> delegations;
    std::map<PersonId, Person> persons;
    std::map<PersonId, ApplicationClient> clients;
    std::set<PersonId> ids;      // of persons, issuers and clients
    std::set<PersonId> issuers;  // outside systems; they are among persons too
    std::set<Role> roles;
    std::vector<std::filesystem::path> files;  // where it stands, besides seald.toml
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
LedgerSection read_ledger(TableReader reader, const std::filesystem::path& folder, const std::filesystem::path& state_dir);
std::vector<TokenConfiguration> read_tokens(const std::vector<const toml::table*>& tables, Mistakes& mistakes,
                                            const std::filesystem::path& folder);
Calendar read_calendar(TableReader reader);
BackupSettings read_backup(TableReader reader, const std::filesystem::path& folder, const std::filesystem::path& state_dir);
NoticeSettings read_notices(TableReader reader, const std::filesystem::path& folder, const std::map<PersonId, Person>& persons);
std::vector<Webhook> read_webhooks(const std::vector<const toml::table*>& tables, Mistakes& mistakes, const std::filesystem::path& folder);

// Reads who is enrolled, from one file after the other: no two may share an id, a uid or a key, in whichever files.
class EnrolmentReader {
  public:
    EnrolmentReader(Mistakes& mistakes, std::chrono::minutes utc_offset);  // of the days that delegations last
    ~EnrolmentReader();
    EnrolmentReader(const EnrolmentReader&) = delete;
    EnrolmentReader& operator=(const EnrolmentReader&) = delete;

    // Before those whom they are about.
    void read_groups(const std::vector<const toml::table*>& unix_groups, const std::vector<const toml::table*>& certificate_groups);
    // Takes [[person]], [[issuer]], [[application_client]] and [[delegation]] of one file.
    void read(TableReader& root, const std::filesystem::path& folder);
    Enrolled finish();

  private:
    struct Parts;
    Mistakes& mistakes_;
    std::chrono::minutes utc_offset_;
    std::unique_ptr<Parts> parts_;
};

std::map<std::string, SealSection> read_seals(const toml::table& seals, Mistakes& mistakes);

// Relative paths are meant from the configuration file's folder, wherever the daemon was started.
std::filesystem::path resolve(const std::filesystem::path& folder, const std::string& path);

}  // namespace seald
