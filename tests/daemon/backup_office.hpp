// An office with an administrator and a recipient of backups, and what somebody does with them on the day after the fire.
#pragma once
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <fstream>

#include "core/backup_manifest.hpp"
#include "tests/daemon/instance.hpp"
#include "tests/daemon/pin_file.hpp"
#include "tests/daemon/processes.hpp"
#include "tests/support/shell.hpp"
#include "tests/support/temporary_folder.hpp"

namespace seald::test {

namespace fs = std::filesystem;

class BackupOffice : public testing::Test {
  protected:
    // More of [backup], and more of the rest.
    explicit BackupOffice(const std::string& backup = "", const std::string& extra = "")
        : instance({.pin = pin_.source(),
                    .second_pin = pin_.source(),
                    .extra = extra + "[[person]]\nid = \"sun.li\"\nname = \"孫麗\"\nunix_user = \"" + std::to_string(uid_of("sun.li")) +
                             "\"\nroles = [\"administrator\"]\n[backup]\nrecipients = [\"" + (keys_.path() / "li.na.crt.pem").string() + "\"]\n" + backup,
                    .absent = {"sun.li"}}) {}

    // The recipient's key, for whoever it is to be.
    fs::path key_for(uid_t uid) const {
        const auto copy = keys_.path() / (std::to_string(uid) + ".key");
        fs::copy_file(keys_.path() / "li.na.key", copy, fs::copy_options::overwrite_existing);
        give_to(copy, uid, 0600);
        return copy;
    }
    // Made by the administrator; its folder.
    fs::path make_backup(const std::string& name = "backup") {
        const fs::path folder = instance.desk() / name;
        const auto made = instance.sealctl("sun.li", {"backup", "create", folder.string()});
        if (made.exit_code != 0) fail("backup create: " + made.err + instance.log());
        return folder;
    }
    Output verify(const fs::path& folder, bool with_key = true) {
        std::vector<std::string> arguments{"backup", "verify", folder.string(), "--ledger-key", ledger_key_file().string()};
        if (with_key) arguments.insert(arguments.end(), {"--key", key_for(uid_of("sun.li")).string()});
        return instance.sealctl("sun.li", arguments);
    }
    // As the auditors keep it.
    fs::path ledger_key_file() {
        const auto file = keys_.path() / "ledger.vkey";
        if (!fs::exists(file)) std::ofstream(file) << instance.ledger_key() << "\n";
        return file;
    }
    // The newest checkpoint, as somebody keeps it.
    fs::path checkpoint(const std::string& name = "newest.checkpoint") {
        const auto text = instance.sealctl("liu.yang", {"ledger", "checkpoint"}).out;
        return instance.write_file(name, text);
    }
    // The machine is gone, but for its tokens: an empty disk.
    void lose_state() {
        ledger_key_file();
        if (instance.pid() != 0) instance.kill9();
        fs::rename(instance.state(), instance.folder() / ("lost-state-" + std::to_string(++losses_)));
        fs::create_directory(instance.state());
        give_to(instance.state(), daemon_uid, 0700);
    }
    Output restore(const fs::path& folder, std::vector<std::string> more) {
        for (const auto& entry : fs::directory_iterator(folder)) give_to(entry.path(), daemon_uid, 0600);
        give_to(folder, daemon_uid, 0700);
        std::vector<std::string> arguments{"--restore", folder.string(), "--key", key_for(daemon_uid).string(), "--ledger-key", ledger_key_file().string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return instance.seald(arguments);
    }
    // How many ledger entries are in a backup.
    std::uint64_t entries_in(const fs::path& folder) {
        const auto key = NoteVerifier::decode(first_line(ledger_key_file())).value();
        const auto manifest = BackupManifest::open(read_file(folder / "manifest"), key).value();
        return open_checkpoint(manifest.checkpoint, key).value().size;
    }
    bool has_state() const { return fs::exists(instance.state() / "ledger.db"); }

  private:
    static std::string first_line(const fs::path& file) {
        std::ifstream in(file);
        std::string line;
        std::getline(in, line);
        return line;
    }
    static fs::path make_keys(const fs::path& folder) {
        shell("cd " + folder.string() + " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj '/O=Example Ltd/CN=li.na' -keyout li.na.key -out li.na.crt.pem");
        return folder;
    }
    int losses_ = 0;

  protected:
    TemporaryFolder keys_{"seald-backup-keys"};
    const fs::path made_ = make_keys(keys_.path());
    PinFile pin_;
    Instance instance;
};

}  // namespace seald::test
