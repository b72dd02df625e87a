// A ledger of any size, made by the store's own writer: how long a start, a proof and a whole verification take, and
// whether appending is slower than on an empty ledger. `bench_ledger ENTRIES [FOLDER]`; the folder is made, and kept if it
// was named, so that a second run finds the ledger made.
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>

#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/ledger_verify.hpp"
#include "daemon/store/store.hpp"
#include "tests/bench/latencies.hpp"

namespace seald::bench {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
namespace json = boost::json;

constexpr const char* origin = "seald.bench.example";
constexpr std::uint64_t entries_per_commit = 256;

// As long as an intent or outcome of the daemon is.
Entry entry_number(std::uint64_t number) {
    const auto digest = Digest::of(DigestAlgorithm::sha256, as_bytes(std::to_string(number / 2)));
    const json::object fields{{"caller", {{"id", "li.na"}, {"kind", "person"}, {"name", "李娜"}, {"uid", 2001}, {"pid", 4711}, {"executable", "/usr/bin/sealctl"}}},
                              {"request_id", "1c1b9e0e-5c1c-4f9d-9a58-" + std::to_string(number)},
                              {"seal", "contract"},
                              {"document", {{"digest", "sha256:" + digest.hex()}, {"name", "contract-" + std::to_string(number % 5000) + ".pdf"}}},
                              {"application", "A-2026-" + std::to_string(number / 100)},
                              {"result", "signed"},
                              {"certificate_sha256", digest.hex()},
                              {"algorithm", "ec-p256"},
                              {"token_serial", "a1b2c3d4e5f60718"}};
    return Entry::make(number % 2 == 0 ? "intent" : "outcome", from_unix(1'700'000'000 + static_cast<std::int64_t>(number)), fields);
}

class Ledger {
  public:
    explicit Ledger(fs::path folder) : folder_(std::move(folder)) {
        if (!fs::exists(folder_ / "key.pem")) {
            fs::create_directories(folder_);
            PrivateKey::generate(KeyAlgorithm::ed25519).value().save_pem(folder_ / "key.pem").value();
            Store::create(folder_, origin).value();
        }
        const auto start = Stopwatch::now();
        store_ = Store::open(folder_, signer()).value();
        opened_in_ = milliseconds_since(start);
    }
    NoteSigner signer() const { return NoteSigner::make(origin, PrivateKey::load_pem(folder_ / "key.pem").value()).value(); }
    double opened_in() const { return opened_in_; }
    fs::path database() const { return folder_ / "ledger.db"; }

    std::uint64_t size() {
        std::function<Result<StoredCheckpoint>(Database&)> work = [](Database& db) { return latest_checkpoint(db); };
        const auto latest = finish(store_->read(std::move(work)));
        return latest ? latest->size : 0;
    }
    void grow_to(std::uint64_t wanted) {
        for (std::uint64_t next = size(); next < wanted;) {
            const auto end = std::min(wanted, next + entries_per_commit);
            std::function<Result<void>(Transaction&)> work = [next, end](Transaction& transaction) -> Result<void> {
                for (auto number = next; number < end; ++number)
                    if (auto index = transaction.append(entry_number(number)); !index) return index.error();
                return {};
            };
            finish(store_->write(std::move(work))).value();
            if (next / 1'000'000 != end / 1'000'000) std::fprintf(stderr, "%lu entries\n", end);
            next = end;
        }
    }
    // Clients that record an intent, then an outcome with its receipt, one after another.
    double pairs_per_second(unsigned clients, std::chrono::milliseconds time) {
        std::uint64_t pairs = 0;
        const auto end = Stopwatch::now() + time;
        for (unsigned client = 0; client < clients; ++client) asio::co_spawn(io_, record_pairs(end, pairs), asio::detached);
        const auto start = Stopwatch::now();
        io_.restart();
        io_.run();
        return static_cast<double>(pairs) / (milliseconds_since(start) / 1000);
    }
    std::vector<double> time_proofs(unsigned count) {
        std::vector<double> times;
        std::mt19937_64 random(1);
        const auto last = size();
        for (unsigned i = 0; i < count; ++i) {
            std::function<Result<TlogProof>(Database&)> work = [index = random() % last](Database& db) { return receipt_for(db, index); };
            const auto start = Stopwatch::now();
            finish(store_->read(std::move(work))).value();
            times.push_back(milliseconds_since(start));
        }
        return times;
    }

  private:
    asio::awaitable<void> record_pairs(Stopwatch::time_point end, std::uint64_t& pairs) {
        while (Stopwatch::now() < end) {
            const auto number = 2 * (1'000'000'000 + counter_++);
            std::function<Result<void>(Transaction&)> intent = [number](Transaction& transaction) -> Result<void> {
                if (auto index = transaction.append(entry_number(number)); !index) return index.error();
                return {};
            };
            std::function<Result<void>(Transaction&)> outcome = [number](Transaction& transaction) -> Result<void> {
                auto index = transaction.append(entry_number(number + 1));
                if (!index) return index.error();
                transaction.want_receipt(*index);
                return {};
            };
            (co_await store_->write(std::move(intent))).value();
            (co_await store_->write(std::move(outcome))).value();
            ++pairs;
        }
    }
    template <class T>
    T finish(asio::awaitable<T> walk) {
        auto future = asio::co_spawn(io_, std::move(walk), asio::use_future);
        io_.restart();
        io_.run();
        return future.get();
    }
    asio::io_context io_;
    fs::path folder_;
    std::unique_ptr<Store> store_;
    double opened_in_ = 0;
    std::uint64_t counter_ = 0;
};

double processor_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void time_verification(const fs::path& file, const NoteVerifier& key) {
    const auto database = Database::open(file, OpenMode::read_only).value();
    const auto start = Stopwatch::now();
    const double used = processor_seconds();
    const auto report = verify_ledger(*database, key).value();
    const double wall = milliseconds_since(start) / 1000, processor = processor_seconds() - used;
    std::printf("verification         %lu entries under %lu checkpoints, %s, in %.1f s: %.0f entries/s; %.0f a second of processor time\n",
                report.entries, report.checkpoints, report.ok() ? "good" : report.faults.front().what.c_str(), wall, static_cast<double>(report.entries) / wall,
                static_cast<double>(report.entries) / processor);
    std::fflush(stdout);
}

// Large and empty by short turns, so that what else the machine does meets both; the middle ratio of all turns.
void compare_appending(Ledger& large, Ledger& empty) {
    for (const unsigned clients : {1U, 64U}) {
        std::vector<double> on_large, on_empty, ratios;
        for (int turn = 0; turn < 20; ++turn) {
            on_empty.push_back(empty.pairs_per_second(clients, std::chrono::milliseconds(700)));
            on_large.push_back(large.pairs_per_second(clients, std::chrono::milliseconds(700)));
            ratios.push_back(on_large.back() / on_empty.back());
        }
        std::printf("appending, %2u clients %.0f intents with outcomes/s, %.0f/s on an empty ledger: %.3f of it (%.3f to %.3f)\n", clients,
                    percentile(on_large, 0.5), percentile(on_empty, 0.5), percentile(ratios, 0.5), percentile(ratios, 0.25), percentile(ratios, 0.75));
        std::fflush(stdout);
    }
}

void run(std::uint64_t entries, const fs::path& folder) {
    Ledger(folder / "large").grow_to(entries);
    Ledger large(folder / "large");
    std::printf("ledger               %lu entries, %.0f MB\nstart                %.1f ms\n", large.size(),
                static_cast<double>(fs::file_size(large.database())) / 1e6, large.opened_in());
    auto proofs = large.time_proofs(2000);
    std::printf("proof                p50 %.3f ms, p99 %.3f ms\n", percentile(proofs, 0.5), percentile(proofs, 0.99));
    std::fflush(stdout);
    time_verification(large.database(), large.signer().verifier());  // before appending: that makes a checkpoint for every few entries
    const fs::path fresh = folder / "empty";
    fs::remove_all(fresh);
    Ledger empty(fresh);
    compare_appending(large, empty);
}

}  // namespace
}  // namespace seald::bench

int main(int argc, char** argv) try {
    namespace fs = std::filesystem;
    const std::uint64_t entries = argc > 1 ? std::stoull(argv[1]) : 1'000'000;
    std::string pattern = fs::temp_directory_path() / "seald-bench-XXXXXX";
    const fs::path folder = argc > 2 ? fs::path(argv[2]) : fs::path(::mkdtemp(pattern.data()));
    seald::bench::run(entries, folder);
    if (argc <= 2) fs::remove_all(folder);
    return 0;
} catch (const std::exception& failure) {
    std::fprintf(stderr, "bench_ledger: %s\n", failure.what());
    return 1;
}
