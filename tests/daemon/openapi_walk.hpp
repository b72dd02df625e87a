// Asks a running daemon, and writes down what was asked and what came, for check_openapi.py to compare with the description.
#pragma once
#include <boost/json/serialize.hpp>
#include <chrono>
#include <fstream>
#include <thread>

#include "tests/daemon/old_ledger.hpp"
#include "tests/daemon/pin_file.hpp"
#include "tests/support/test_ca.hpp"

namespace seald::test {

namespace json = boost::json;
namespace fs = std::filesystem;

class Walk {
  public:
    // 孫麗 is the administrator here, and keeps seals, and notices have a channel.
    Walk()
        : instance({.pin = pin_.source(),
                    .token_extra = "signature_counter = 0x80000101\n",
                    .second_pin = pin_.source(),
                    .extra = "[[person]]\nid = \"sun.li\"\nname = \"孫麗\"\nunix_user = \"" + std::to_string(uid_of("sun.li")) +
                             "\"\nroles = [\"administrator\", \"custodian\"]\n[notify]\ncommand = \"/bin/true\"\n[backup]\nrecipients = [\"" + recipient() + "\"]\n",
                    .absent = {"sun.li"}}) {
        make_old_ledger(instance, 300);
        instance.import_key(known.key, "0a01");
        instance.start();
    }

    Reply ask(const std::string& person, const std::string& method, const std::string& target, const std::string& body = "") {
        auto reply = instance.http(person, method, target, body);
        const json::object line{{"method", method}, {"target", target}, {"status", reply.status}, {"body", reply.body}};
        record_ << json::serialize(line) << "\n" << std::flush;
        return reply;
    }
    // Without what came: bytes are no text.
    void ask_for_bytes(const std::string& person, const std::string& target) {
        record_ << json::serialize(json::object{{"method", "GET"}, {"target", target}, {"status", instance.http(person, "GET", target).status}, {"body", ""}})
                << "\n" << std::flush;
    }
    Reply post(const std::string& person, const std::string& target, const json::object& body) {
        return ask(person, "POST", target, json::serialize(body));
    }
    // A lock kills the token's process; the next one is there in a moment.
    void wait_for_the_token() {
        while (instance.http("zhang.wei", "GET", "/v1/tokens/usb-1/pin-key").status != 200) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    Output check() {
        record_.close();
        return instance.as("nobody", {"/usr/bin/python3", "-B", SEALD_SOURCE_DIR "/tests/daemon/check_openapi.py",
                                      SEALD_SOURCE_DIR "/docs/openapi.yaml", record_file_});
    }

  private:
    // Who could open backups.
    std::string recipient() const {
        const auto file = folder_.path() / "recipient.pem";
        std::ofstream(file) << TestCa("CA").issue({.common_name = "recipient"}).certificate;
        return file;
    }
    PinFile pin_;
    TemporaryFolder folder_{"seald-recipient"};

  public:
    Instance instance;
    const Issued known = TestCa("CA").issue({.common_name = "known"});  // a key that is on the token already, and its certificate

  private:
    const fs::path record_file_ = instance.desk() / "record";
    std::ofstream record_{record_file_};
};

}  // namespace seald::test
