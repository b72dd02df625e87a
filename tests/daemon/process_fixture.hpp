// A whole instance with its seal in force, and the steps that tests of the process go through.
#pragma once
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "tests/daemon/instance.hpp"

namespace seald::test {

class Process : public testing::Test {
  protected:
    explicit Process(Office office = {}) : instance(std::move(office)) {}
    void SetUp() override {
        instance.start();
        instance.unlock();
        instance.make_seal();
    }
    std::filesystem::path file(const std::string& content = "a letter") { return instance.write_file("letter.txt", content); }
    Output sign(const std::string& number, const std::filesystem::path& document) {
        return instance.sealctl("li.na", {"--json", "sign", "--application", number, document.string(), "--force"});
    }
    std::string rule_of(const Output& output) {
        const auto error = boost::json::parse(output.out).at("error").as_object();
        return error.at("rule").is_string() ? std::string(error.at("rule").as_string()) : "";
    }
    std::string state_of(const std::string& number) {
        return std::string(instance.http("liu.yang", "GET", "/v1/applications/" + number).json().at("state").as_string());
    }
    void approve(const std::string& person, const std::string& number) {
        instance.sealctl_json(person, {"approve", number, "--key", instance.key_file(person).string(), "--yes"});
    }
    Instance instance;
};

}  // namespace seald::test
