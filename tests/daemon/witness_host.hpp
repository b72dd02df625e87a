// Real witnesses, `sealctl witness`, on the daemon's way.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <regex>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/processes.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/temporary_folder.hpp"

namespace seald::test {

// A witness on another host, as far as the daemon can tell.
class WitnessHost {
  public:
    explicit WitnessHost(Instance& instance, std::string name) : instance_(instance), name_(std::move(name)) {
        const auto made = instance_.sealctl("sun.li", {"keygen", "--witness", "witness.example.org/" + name_, "--out", key().string()});
        if (made.exit_code != 0) fail("keygen: " + made.err);
        vkey = read_file(key().string() + ".vkey");
        vkey.pop_back();
        start();
    }
    void start() {
        std::filesystem::remove(log_file());  // else an earlier run seems to be this one
        process_ = std::make_unique<ChildProcess>(ChildProcess::Settings{
            .command = {SEALD_BUILD_DIR "/client/sealctl", "witness", "--key", key().string(), "--listen", "127.0.0.1:" + port_, "--log", log.empty() ? instance_.ledger_key() : log,
                        "--state", (folder_.path() / "state").string()},
            .log = log_file()});
        process_->wait_until("listens", [&] { return said("listening at port"); });
        std::smatch found;
        const std::string text = read_file(log_file());
        if (std::regex_search(text, found, std::regex("listening at port ([0-9]+)"))) port_ = found[1];
    }
    void stop() { process_.reset(); }
    bool said(const std::string& words) const { return read_file(log_file()).find(words) != std::string::npos; }
    std::string configuration() const {
        return "[[ledger.witness]]\nname = \"" + name_ + "\"\nurl = \"" + url() + "\"\nvkey = \"" + vkey + "\"\n";
    }
    std::string url() const { return "http://127.0.0.1:" + port_; }
    std::string vkey;
    std::string log;  // what it is told of the ledger's key; empty: the present key

  private:
    std::filesystem::path key() const { return instance_.desk() / (name_ + ".key"); }
    std::filesystem::path log_file() const { return folder_.path() / "log"; }
    Instance& instance_;
    std::string name_, port_ = "0";
    TemporaryFolder folder_{"seald-witness"};
    std::unique_ptr<ChildProcess> process_;
};

class Witnesses : public testing::Test {
  protected:
    void watched_by(const std::vector<WitnessHost*>& hosts, const std::string& ledger = "") {
        std::string extra = "[ledger]\n" + ledger;
        for (const auto* host : hosts) extra += host->configuration();
        instance.configure({.extra = extra});
    }
    std::vector<std::string> checked_for(const std::vector<WitnessHost*>& hosts, std::vector<std::string> command) {
        for (const auto* host : hosts) command.insert(command.end(), {"--witness", host->vkey});
        command.insert(command.end(), {"--ledger-key", instance.ledger_key()});
        return command;
    }
    Output verify_ledger(const std::vector<WitnessHost*>& hosts) { return instance.sealctl("liu.yang", checked_for(hosts, {"ledger", "verify"})); }
    bool within_half_a_minute(const std::function<bool()>& condition) {
        for (int tries = 0; tries < 300; ++tries, std::this_thread::sleep_for(std::chrono::milliseconds(100)))
            if (condition()) return true;
        return false;
    }
    boost::json::object state_of(std::size_t witness) {
        return instance.http("liu.yang", "GET", "/v1/status").json().at("ledger").at("witnesses").as_array().at(witness).as_object();
    }
    std::int64_t ledger_size() { return instance.http("liu.yang", "GET", "/v1/status").json().at("ledger").at("size").as_int64(); }
    bool all_cosigned(std::size_t witness = 0) {
        return within_half_a_minute([&] { return state_of(witness).at("size").as_int64() == ledger_size(); });
    }
    // Go's opinion of a file with a checkpoint or a receipt.
    Output go_says(const std::filesystem::path& file, const std::vector<WitnessHost*>& hosts) {
        std::vector<std::string> command = {"/bin/sh", "-c", "exec \"$@\" < " + file.string(), "sh", instance.tool("tlogcheck"), "cosigned"};
        for (const auto* host : hosts) command.push_back(host->vkey);
        return instance.as("liu.yang", std::move(command));
    }
    void put_back(const std::filesystem::path& database) {
        for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(instance.state() / ("ledger.db" + std::string(suffix)));
        std::filesystem::copy_file(database, instance.state() / "ledger.db", std::filesystem::copy_options::overwrite_existing);
        std::filesystem::remove(instance.state() / "ledger.checkpoint");  // whoever rolls back takes it along
    }
    Instance instance;
};

}  // namespace seald::test
