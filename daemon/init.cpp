#include <sys/stat.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/object.hpp>
#include <fstream>
#include <iostream>

#include "daemon/app.hpp"
#include "daemon/ledger/record.hpp"
#include "daemon/store/ledger_key_file.hpp"
#include "daemon/version.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

Result<void> make_folder(const fs::path& folder) {
    std::error_code failure;
    fs::create_directories(folder.parent_path(), failure);
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return unavailable("cannot make the state folder " + folder.string() + ": " + std::generic_category().message(errno), false);
    return {};
}

Result<void> write_verifier_key(const fs::path& file, const NoteVerifier& verifier) {
    std::ofstream out(file);
    out << verifier.encode() << "\n";
    out.flush();
    if (!out) return unavailable("cannot write " + file.string(), false);
    return {};
}

// The ledger's first entry says which daemon it belongs to.
Result<void> write_first_entry(const Configuration& configuration, NoteSigner signer) {
    auto store = Store::open(configuration.state_dir, std::move(signer), configuration.checkpoint_copies);
    if (!store) return store.error();
    asio::io_context loop;
    const boost::json::object fields{{"daemon", configuration.policy.daemon_id}, {"version", version}};
    auto entry = Entry::make("ledger-opened", SystemClock().now(), fields);
    auto written = asio::co_spawn(loop, record_entry(**store, std::move(entry)), asio::use_future);
    loop.run();
    if (auto committed = written.get(); !committed) return committed.error();
    return {};
}

// A checkpoint of an earlier ledger would stop this one's first start.
Result<void> check_no_checkpoint(const Configuration& configuration) {
    auto copies = configuration.checkpoint_copies;
    copies.push_back(checkpoint_copy_beside(configuration.state_dir));
    for (const auto& copy : copies) {
        std::error_code failed;
        if (fs::exists(copy, failed))
            return conflict("checkpoint-exists", copy.string() + " is the checkpoint of an earlier ledger: keep it for the auditors and move it away first; nothing was made");
        if (failed) return unavailable("cannot look whether there is an earlier checkpoint at " + copy.string() + ": " + failed.message(), false);
    }
    return {};
}

}  // namespace

Result<void> make_state(const Configuration& configuration) {
    const fs::path& folder = configuration.state_dir;
    if (fs::exists(ledger_key_file(folder)))
        return conflict("state-exists", "there is a state in " + folder.string() + " already; --init makes one only where there is none");
    if (auto free = check_no_checkpoint(configuration); !free) return free.error();
    if (auto made = make_folder(folder); !made) return made.error();
    if (auto created = Store::create(folder, configuration.policy.daemon_id); !created) return created.error();
    auto key = PrivateKey::generate(KeyAlgorithm::ed25519);
    if (!key) return key.error();
    if (auto saved = key->save_pem(ledger_key_file(folder)); !saved) return saved.error();
    auto signer = NoteSigner::make(configuration.policy.daemon_id, std::move(*key));
    if (!signer) return signer.error();
    const std::string verifier = signer->verifier().encode();
    if (auto written = write_verifier_key(ledger_vkey_file(folder), signer->verifier()); !written) return written.error();
    if (auto written = write_first_entry(configuration, std::move(*signer)); !written) return written.error();
    std::cout << "state made in " << folder.string() << "\nledger key, for auditors to keep: " << verifier << "\n";
    return {};
}

}  // namespace seald
