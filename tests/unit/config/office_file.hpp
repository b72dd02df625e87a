// A configuration file in a folder of its own, with the approval keys it refers to, for tests.
#pragma once
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "config/configuration.hpp"

namespace seald::test {

class Folder {
  public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "seald-config-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
        path_ = pattern;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::filesystem::path& path() const { return path_; }

    std::filesystem::path write(const std::string& name, const std::string& content) const {
        const std::filesystem::path file = path_ / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << content;
        return file;
    }
    // A public key as `sealctl keygen` leaves it.
    std::filesystem::path write_key(const std::string& name) const {
        return write(name, PrivateKey::generate(KeyAlgorithm::ec_p256).value().public_key().to_pem());
    }

  private:
    std::filesystem::path path_;
};

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    if (at == text.npos) throw std::runtime_error("the text to replace is not there: " + from);
    return text.replace(at, from.size(), to);
}

// A small configuration without a mistake; each test changes one thing.
inline const std::string good = R"toml([daemon]
id = "seald.example.org"
state_dir = "state"

[listen.unix]
path = "seald.sock"

[[token]]
name = "usb-1"
module = "/usr/lib/softhsm/libsofthsm2.so"
serial = "a1b2c3d4e5f60718"
pin = "prompt"

[[person]]
id = "li.na"
name = "李娜"
department = "sales"
unix_user = "2001"
roles = ["applicant"]

[[person]]
id = "wang.fang"
name = "王芳"
unix_user = "2002"
roles = ["reviewer"]
approval_key = "wang.fang.pub.pem"
reviews = ["sales"]

[[person]]
id = "zhang.wei"
name = "張偉"
unix_user = "2003"
roles = ["approver"]
approval_key = "zhang.wei.pub.pem"

[[application_client]]
id = "erp"
unix_user = "3001"

[seal.contract]
users = ["li.na", "department:sales", "erp"]
steps = [ { name = "department-review", role = "reviewer", count = 1 }, { name = "administration", role = "approver" } ]
formats = ["raw", "cms"]
approval_ttl = "72h"
)toml";

struct ConfigurationTest : testing::Test {
    Folder folder;

    ConfigurationTest() {
        folder.write_key("wang.fang.pub.pem");
        folder.write_key("zhang.wei.pub.pem");
    }

    LoadedConfiguration load(const std::string& text) { return load_configuration(folder.write("seald.toml", text)); }

    // Exactly one mistake, at `key` in `line`, which says `words` (and what is allowed).
    void expect_mistake(const std::string& text, unsigned line, const std::string& key, const std::string& words) {
        const LoadedConfiguration loaded = load(text);
        EXPECT_FALSE(loaded.configuration);
        std::string all;
        for (const auto& mistake : loaded.mistakes) all += mistake.where + ": " + mistake.problem + "\n";
        ASSERT_EQ(loaded.mistakes.size(), 1U) << all;
        std::string where = (folder.path() / "seald.toml").string();
        if (line > 0) where += ":" + std::to_string(line);
        if (!key.empty()) where += ": " + key;
        EXPECT_EQ(loaded.mistakes[0].where, where) << all;
        EXPECT_NE(loaded.mistakes[0].problem.find(words), std::string::npos) << all;
    }
    void expect_mistake_after(const std::string& from, const std::string& to, unsigned line, const std::string& key,
                              const std::string& words) {
        expect_mistake(replaced(good, from, to), line, key, words);
    }
};

}  // namespace seald::test
