#include "config/configuration.hpp"

#include <algorithm>

#include "config/people_files.hpp"
#include "config/sections.hpp"
#include "config/source_text.hpp"

namespace seald {

namespace {

namespace fs = std::filesystem;

// What seals' policies say about persons: a policy that names nobody real is a mistake, not a stricter rule.
void check_references(const std::map<std::string, SealSection>& seals, const Enrolled& enrolled, Mistakes& mistakes) {
    for (const auto& [name, seal] : seals) {
        for (const auto& [id, at] : seal.users) {
            if (enrolled.ids.contains(id) && !enrolled.issuers.contains(id)) continue;
            mistakes.add(at.line, at.path,
                         id.str() + (enrolled.issuers.contains(id) ? " is an outside system, which approves and never uses a seal" : " is not enrolled") + "; allowed: ids of [[person]] and [[application_client]]");
        }
        for (const auto& [step, at] : seal.steps) {
            if (enrolled.roles.contains(step.role)) continue;
            mistakes.add(at.line, at.path,
                         "nobody has the role " + at.text +
                             ", so the seal could never be used; allowed: a role that a person has");
        }
    }
}

void check_key_token(const Configuration& configuration, std::uint32_t line, Mistakes& mistakes) {
    if (!configuration.tls || !configuration.tls->key_token) return;
    const auto& named = *configuration.tls->key_token;
    const auto is_named = [&](const TokenConfiguration& token) { return token.name == named; };
    if (std::ranges::none_of(configuration.tokens, is_named))
        mistakes.add(line, "listen.tls.key", "there is no token " + named.str() + "; allowed: the name of a [[token]]");
}

std::map<std::string, SealSection> read_seal_table(TableReader& root, Mistakes& mistakes) {
    const toml::table* seals = root.table("seal", Need::optional);
    return seals == nullptr ? std::map<std::string, SealSection>() : read_seals(*seals, mistakes);
}

// Where else people are enrolled.
std::optional<fs::path> read_people_folder(TableReader& root, const fs::path& folder, Mistakes& mistakes) {
    const toml::table* people = root.table("people", Need::optional);
    if (people == nullptr) return std::nullopt;
    TableReader reader(*people, "people", mistakes);
    const auto directory = reader.text("directory", Need::mandatory);
    reader.finish();
    if (!directory) return std::nullopt;
    return resolve(folder, *directory);
}

Enrolled read_everybody(TableReader& root, const fs::path& folder, const Calendar& calendar, SourceDigest& digest, Mistakes& mistakes) {
    EnrolmentReader enrolment(mistakes, calendar.utc_offset);
    enrolment.read_groups(root.tables("unix_group", Need::optional), root.tables("certificate_group", Need::optional));
    enrolment.read(root, folder);
    std::vector<fs::path> files;
    if (const auto directory = read_people_folder(root, folder, mistakes)) files = read_people_files(*directory, enrolment, digest, mistakes);
    Enrolled enrolled = enrolment.finish();
    enrolled.files = std::move(files);
    // Keys and certificates stand in files of their own.
    for (const auto& [id, person] : enrolled.persons) {
        if (person.approval_key) digest.add(id.str(), person.approval_key->thumbprint());
        if (person.certificate) digest.add(id.str(), person.certificate->hex());
    }
    for (const auto& [id, client] : enrolled.clients) {
        if (client.approval_key) digest.add(id.str(), client.approval_key->thumbprint());
        if (client.certificate) digest.add(id.str(), client.certificate->hex());
    }
    return enrolled;
}

Configuration read_root(const toml::table& table, const fs::path& file, SourceDigest digest, Mistakes& mistakes) {
    const fs::path folder = fs::absolute(file).parent_path();
    TableReader root(table, "", mistakes);
    Configuration configuration;
    configuration.file = file;
    const toml::table nothing;
    const toml::table* daemon = root.table("daemon", Need::mandatory);
    if (daemon != nullptr) {
        DaemonSection section = read_daemon(TableReader(*daemon, "daemon", mistakes), folder);
        configuration.policy.daemon_id = std::move(section.id);
        configuration.state_dir = std::move(section.state_dir);
    }
    const toml::table* ledger = root.table("ledger", Need::optional);
    auto kept = read_ledger(TableReader(ledger == nullptr ? nothing : *ledger, "ledger", mistakes), folder, configuration.state_dir);
    configuration.checkpoint_copies = std::move(kept.copies);
    configuration.keep_years = kept.keep_years;
    configuration.witnesses = std::move(kept.witnesses);
    const toml::table* listen = root.table("listen", Need::optional);
    auto sockets = read_listen(TableReader(listen == nullptr ? nothing : *listen, "listen", mistakes), folder);
    configuration.socket = std::move(sockets.socket);
    configuration.tls = std::move(sockets.tls);
    if (const toml::table* log = root.table("log", Need::optional))
        read_log(TableReader(*log, "log", mistakes), configuration);
    const toml::table* documents = root.table("documents", Need::optional);
    configuration.documents = read_documents(TableReader(documents == nullptr ? nothing : *documents, "documents", mistakes));
    if (const toml::table* backup = root.table("backup", Need::optional))
        configuration.backup = read_backup(TableReader(*backup, "backup", mistakes), folder, configuration.state_dir);
    configuration.tokens = read_tokens(root.tables("token", Need::optional), mistakes, folder);
    const toml::table* calendar = root.table("calendar", Need::optional);
    configuration.policy.calendar = read_calendar(TableReader(calendar == nullptr ? nothing : *calendar, "calendar", mistakes));
    Enrolled enrolled = read_everybody(root, folder, configuration.policy.calendar, digest, mistakes);
    auto seals = read_seal_table(root, mistakes);
    if (const toml::table* notify = root.table("notify", Need::optional))
        configuration.policy.notices = read_notices(TableReader(*notify, "notify", mistakes), folder, enrolled.persons);
    root.finish();
    check_references(seals, enrolled, mistakes);
    check_key_token(configuration, sockets.tls_key_line, mistakes);
    configuration.sources = std::move(enrolled.files);
    configuration.sources.insert(configuration.sources.begin(), file);
    configuration.policy.persons = std::move(enrolled.persons);
    configuration.policy.application_clients = std::move(enrolled.clients);
    configuration.policy.delegations = std::move(enrolled.delegations);
    configuration.policy.sha256 = digest.hex();
    for (auto& [name, seal] : seals) configuration.policy.seals.emplace(name, std::move(seal.policy));
    return configuration;
}

}  // namespace

LoadedConfiguration load_configuration(const fs::path& file) {
    Mistakes mistakes(file.string());
    std::optional<Configuration> configuration;
    if (const auto text = read_source(file, mistakes)) {
        try {
            SourceDigest digest;
            digest.add("seald.toml", *text);
            configuration = read_root(toml::parse(*text), file, std::move(digest), mistakes);
        } catch (const toml::parse_error& error) {
            mistakes.add(error.source().begin.line, "", "not TOML: " + printable(error.description(), 300));
        } catch (const std::exception& error) {
            mistakes.add(0, "", std::string("cannot be read: ") + error.what());
        }
    }
    if (!mistakes.none()) configuration.reset();
    return {std::move(configuration), mistakes.in_order()};
}

}  // namespace seald
