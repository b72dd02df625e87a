// A seal in force, whose key is replaced.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <fstream>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/outside.hpp"
#include "tests/support/faulty_module.hpp"
#include "tests/support/temporary_folder.hpp"

namespace seald::test {

namespace json = boost::json;

inline std::string word(const json::object& entry, std::string_view field) { return std::string(entry.at(field).as_string()); }

class Rotation : public testing::Test {
  protected:
    static void start(Instance& instance) {
        instance.start();
        instance.unlock();
        instance.make_seal();
    }
    static json::object replace(Instance& instance, std::vector<std::string> more = {"--self-signed-days", "30"}) {
        std::vector<std::string> arguments{"seal", "replace", "contract", "--reason", "a stronger key"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return instance.sealctl_json("zhang.wei", arguments);
    }
    static json::object show(Instance& instance) { return instance.sealctl_json("liu.yang", {"seal", "show", "contract"}); }
    static std::string pem_of(Instance& instance) { return std::string(show(instance).at("certificate").at("pem").as_string()); }
    static void write(const std::filesystem::path& file, const std::string& content) { std::ofstream(file) << content; }
    static std::string moment_in(std::chrono::milliseconds ahead) { return to_rfc3339(SystemClock().now() + ahead); }
    template <class Condition>
    static bool becomes(Condition condition) {
        for (int looks = 0; looks < 1000; ++looks) {
            if (condition()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return false;
    }
};

}  // namespace seald::test
