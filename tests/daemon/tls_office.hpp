// An instance that also listens on TLS, with a CA of its own; li.na and erp are enrolled by a name in their certificates.
#pragma once
#include <chrono>
#include <fstream>
#include <regex>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/processes.hpp"
#include "tests/support/test_ca.hpp"

namespace seald::test {

inline Office office_with_tls() {
    Office office;
    office.person_extra["li.na"] = "tls_san = \"email:li.na@example.org\"";
    office.extra =
        "[listen.tls]\naddress = \"127.0.0.1:0\"\ncertificate = \"tls/server.pem\"\nkey = \"tls/server.key\"\nclient_ca = \"tls/ca.pem\"\n"
        "crl = \"tls/crl.pem\"\n";
    return office;
}

class TlsOffice {
  public:
    explicit TlsOffice(Office office = office_with_tls()) : instance(std::move(office)) {
        write("ca.pem", ca.certificate());
        write("crl.pem", ca.crl({}));
        show_server(ca.issue({.common_name = "seald", .names = {"DNS:seald.example.org", "IP:127.0.0.1"}}));
        put("li.na", li_na);
    }
    void write(const std::string& name, const std::string& text) {
        const auto folder = instance.folder() / "tls";
        std::filesystem::create_directories(folder);
        std::ofstream(folder / name, std::ios::trunc) << text;
        give_to(folder / name, daemon_uid, name.ends_with(".key") ? 0600 : 0644);
    }
    void show_server(const Issued& identity) {
        write("server.pem", identity.certificate);
        write("server.key", identity.key);
    }
    // Where sealctl finds a person's certificate and key.
    void put(const std::string& name, const Issued& identity) {
        std::ofstream(instance.desk() / (name + ".pem")) << identity.certificate;
        std::ofstream(instance.desk() / (name + ".pem.key")) << identity.key;
    }
    void start() {
        instance.start();
        std::smatch found;
        const std::string log = instance.log();
        if (!std::regex_search(log, found, std::regex("serving TLS at port ([0-9]+)"))) fail("no TLS: " + log);
        port = found[1];
    }
    std::vector<std::string> shown_as(const std::string& name, std::vector<std::string> command) const {
        const std::string file = (instance.desk() / (name + ".pem")).string();
        command.insert(command.begin(), {"--tls-ca", (instance.folder() / "tls/ca.pem").string(), "--tls-certificate", file, "--tls-key", file + ".key"});
        return command;
    }
    std::string server(const std::string& host = "127.0.0.1") const { return "https://" + host + ":" + port; }
    // sealctl over TLS, run by a user whom the socket would not know.
    Output sealctl(const std::string& name, std::vector<std::string> command) {
        return instance.sealctl_at(server(), "nobody", shown_as(name, std::move(command)));
    }

    TestCa ca{"Office CA"};
    Issued li_na = ca.issue({.common_name = "李娜", .names = {"email:li.na@example.org"}});
    Instance instance;
    std::string port;
};

}  // namespace seald::test
