// A private SoftHSM store in a temporary folder. Sets SOFTHSM2_CONF for this process and all it starts, so one at a
// time. Not for anything that needs removal events or PIN locking: SoftHSM has neither.
#pragma once
#include <sys/types.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>

#include "tests/support/shell.hpp"

namespace seald::test {

class SoftHsm {
  public:
    // `owner`: the user that the daemon under test runs as; the store is handed to it and to nobody else.
    explicit SoftHsm(std::optional<uid_t> owner = std::nullopt) : owner_(owner) {
        std::string pattern = std::filesystem::temp_directory_path() / "seald-softhsm-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
        folder_ = pattern;
        std::filesystem::create_directory(folder_ / "tokens");
        std::ofstream(config()) << "directories.tokendir = " << (folder_ / "tokens").string()
                                << "\nobjectstore.backend = file\nobjectstore.umask = 0077\nlog.level = ERROR\n"
                                   "slots.removable = true\nslots.mechanisms = ALL\nlibrary.reset_on_fork = false\n";
        ::setenv("SOFTHSM2_CONF", config().c_str(), 1);
        hand_over();
    }
    ~SoftHsm() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    SoftHsm(const SoftHsm&) = delete;
    SoftHsm& operator=(const SoftHsm&) = delete;

    static std::string module() { return "/usr/lib/softhsm/libsofthsm2.so"; }
    std::filesystem::path folder() const { return folder_; }
    std::filesystem::path config() const { return folder_ / "softhsm2.conf"; }

    // Makes a token and returns its serial number.
    std::string add_token(const std::string& label, const std::string& pin = "1234") {
        const auto before = serials();
        run("softhsm2-util --init-token --free --label '" + label + "' --so-pin 12345678 --pin '" + pin + "'");
        hand_over();
        auto after = serials();
        for (std::size_t at = 0; at < after.size(); at += serial_length) {
            const auto serial = after.substr(at, serial_length);
            if (before.find(serial) == std::string::npos) return serial;
        }
        throw std::runtime_error("softhsm2-util made no token");
    }

    // As if the key had been made on the token; `key` is a PEM file (PKCS#8), `id` in hexadecimal.
    void import_key(const std::string& token_label, const std::filesystem::path& key, const std::string& id) {
        run("softhsm2-util --import '" + key.string() + "' --token '" + token_label + "' --label known --id " + id + " --pin 1234");
        hand_over();
    }

    // As if all tokens were pulled out: SoftHSM finds its folder empty.
    void pull_out() {
        std::filesystem::rename(folder_ / "tokens", folder_ / "away");
        std::filesystem::create_directory(folder_ / "tokens");
    }
    void put_back() {
        std::filesystem::remove(folder_ / "tokens");
        std::filesystem::rename(folder_ / "away", folder_ / "tokens");
    }

    static std::string run(const std::string& command) { return shell(command); }

  private:
    static constexpr std::size_t serial_length = 16;

    // All serial numbers, one after the other.
    static std::string serials() {
        std::string all;
        const auto text = run("softhsm2-util --show-slots");
        const std::string field = "Serial number:";
        for (auto at = text.find(field); at != std::string::npos; at = text.find(field, at + 1)) {
            const auto begin = text.find_first_not_of(' ', at + field.size());
            const auto end = text.find_first_of(" \n", begin);
            if (end - begin == serial_length) all += text.substr(begin, serial_length);
        }
        return all;
    }
    void hand_over() const {
        if (!owner_) return;
        if (::chown(folder_.c_str(), *owner_, gid_t(-1)) != 0) throw std::runtime_error("chown");
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
            if (::lchown(entry.path().c_str(), *owner_, gid_t(-1)) != 0) throw std::runtime_error("lchown");
        }
    }

    std::optional<uid_t> owner_;
    std::filesystem::path folder_;
};

}  // namespace seald::test
