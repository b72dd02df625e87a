// A whole private seald in a temporary folder: the real binaries, a SoftHSM token, and the people of a small office, each
// with a Unix user id of his own. The daemon runs as an unprivileged user too.
#pragma once
#include <sys/types.h>

#include <boost/json/object.hpp>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/approval.hpp"
#include "tests/support/softhsm.hpp"

namespace seald::test {

// The office: who they are is in office_configuration(); their uids count up from here in this order.
inline constexpr uid_t daemon_uid = 58100;
inline const std::vector<std::string> people = {"li.na", "wang.fang", "chen.jie", "zhang.wei", "liu.yang", "zhao.min", "sun.li", "erp", "guo.jing"};
uid_t uid_of(const std::string& person);

struct Output {
    int exit_code = -1;
    std::string out, err;
};

struct Reply {
    int status = 0;
    std::string body;
    boost::json::object json() const;  // throws when it is none
    std::string rule() const;          // of the error; empty when there is none
};

struct Office {
    std::string pin = "prompt";                       // of the token
    std::string module = SoftHsm::module();
    std::string token_extra = {};                     // more lines of [[token]], e.g. sign_timeout
    std::string second_pin = {};                      // of a second SoftHSM token, usb-2; empty: there is none
    std::string formats = R"(["cms"])";
    std::string reseal = "refuse";
    std::string approval_ttl = "72h";
    std::map<std::string, std::string> person_extra = {};  // more lines of one [[person]]
    std::string extra = {};                                // more of the configuration
    std::string seal_extra = {};                           // more lines of [seal.contract]
    std::set<std::string> absent = {};                     // people who are not enrolled
};

std::string title_of(const std::string& seal);

class Instance {
  public:
    explicit Instance(Office office = {});  // makes the folder, token, keys and configuration, and runs --init
    ~Instance();
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    void configure(Office office);  // writes seald.toml anew; the daemon learns of it when told
    void start();   // and waits until it answers
    void start(std::vector<std::string> command);  // of whatever becomes the daemon, as its user
    int stop();     // SIGTERM; its exit code
    void kill9();   // SIGKILL, and waits
    pid_t pid() const { return daemon_; }
    pid_t token_process() const;  // of the only token; 0 when there is none now
    std::string log() const;

    // The custodian's morning: unlocks the token, makes seal "contract", files it, puts it in force.
    std::string token_state(const std::string& token);
    bool token_becomes(const std::string& token, const std::string& state);  // within half a minute
    void unlock(const std::string& token = "usb-1", std::vector<std::string> terms = {});
    void make_seal(const std::string& name = "contract", const std::string& algorithm = "ec-p256", const std::string& token = "usb-1");

    // 張偉 asks, and 郭靜 confirms with her own key: the act, carried out.
    boost::json::object with_second_person(std::vector<std::string> arguments);
    Output confirm(const std::string& person, const std::string& act);
    std::string signed_confirmation(const std::string& act, const std::string& by);  // as sealctl would make it, for the API

    Output sealctl(const std::string& person, std::vector<std::string> arguments, const std::string& input = "");
    boost::json::object sealctl_json(const std::string& person, std::vector<std::string> arguments);  // must exit with 0
    Output sealctl_at(const std::string& server, const std::string& person, std::vector<std::string> arguments);
    Output as(const std::string& person, std::vector<std::string> command);  // any program, by its path
    // A program of tests/support, where everybody can run it: its path.
    std::string tool(const std::string& name);
    Output seald(std::vector<std::string> arguments);  // as the daemon's user, to its end

    // One request over the socket, as that person ("nobody": a uid that is not enrolled).
    Reply http(const std::string& person, const std::string& method, const std::string& target, const std::string& body = "");
    Reply post(const std::string& person, const std::string& target, const boost::json::object& body);
    int connect_as(uid_t uid) const;  // a socket, to be closed
    std::string raw(const std::string& person, const std::string& bytes);  // sends bytes as they are, reads until the end

    int open_and_send(const std::string& person, const std::string& bytes);  // the connection, left open

    void import_key(const std::string& pem, const std::string& id);  // onto the first token, before it is unlocked

    // Files that people work with. `name` is put into the shared folder `desk`, which all may read and write.
    std::filesystem::path write_file(const std::string& name, const std::string& content);
    std::filesystem::path desk() const { return folder_ / "desk"; }
    std::filesystem::path folder() const { return folder_; }
    std::filesystem::path state() const { return folder_ / "state"; }
    std::filesystem::path configuration() const { return folder_ / "seald.toml"; }
    std::filesystem::path key_file(const std::string& person) const { return folder_ / "keys" / (person + ".key"); }
    std::string ledger_key() const;  // the verifier key that --init wrote

    // An application by li.na for these digests, approved by wang.fang and chen.jie through sealctl: its number.
    std::string approved_application(const std::vector<std::filesystem::path>& files);

    // An approval as an outside system would mint it, for tests to spoil before signing it.
    Approval outside_approval(const std::string& approver, const std::string& step, const std::vector<Digest>& documents) const;
    std::string mint(const Approval& approval) const;  // signed with its issuer's key

    // The body of POST …/signatures over these digests, with outside approvals.
    static boost::json::object request_with(const std::vector<std::string>& approvals, const std::vector<Digest>& documents,
                                            const std::string& request_id);
    // By so many entries: liu.yang signs something off.
    void grow_ledger(int entries);
    // Ledger entries of a kind, oldest first, as liu.yang (the auditor) sees them.
    std::vector<boost::json::object> entries(const std::string& kind);

  private:
    void write_configuration() const;
    Output run(uid_t uid, std::vector<std::string> command, const std::string& input);

    Office office_;
    SoftHsm softhsm_;
    std::filesystem::path folder_;
    std::map<std::string, PrivateKey> keys_;
    pid_t daemon_ = 0;
};

}  // namespace seald::test
