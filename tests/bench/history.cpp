#include "tests/bench/history.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdio>
#include <random>

#include "daemon/store/approval_table.hpp"
#include "daemon/store/intent_table.hpp"
#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/store.hpp"

namespace seald::bench {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr const char* origin = "seald.test.example";
constexpr unsigned pairs_per_commit = 512;
constexpr std::size_t signature_size = 1900;  // a detached CMS signature with its certificate

class History {
  public:
    // As in use: the one signature that is under way has its intent, and its outcome is the next entry.
    Result<void> add_pair(Transaction& transaction, Timestamp time) {
        const std::string request = random_id();
        const auto document = Digest::of(DigestAlgorithm::sha256, as_bytes(request));
        const std::string approvals[] = {random_id(), random_id()};
        const auto intent = transaction.append(Entry::make("intent", time, intent_fields(request, document, approvals)));
        if (!intent) return intent.error();
        if (auto kept = tables::insert_intent(transaction.database(), row(*intent, time, request, document)); !kept) return kept;
        for (const auto& jti : approvals) {
            const auto token = Digest::of(DigestAlgorithm::sha256, as_bytes(jti));
            if (auto known = tables::remember_approval(transaction.database(), jti, token, time + std::chrono::hours(72)); !known) return known;
            if (auto used = tables::reserve_use(transaction.database(), jti, document, 1, *intent); !used) return used;
        }
        const auto outcome = transaction.append(Entry::make("outcome", time, outcome_fields(request, document, *intent)));
        if (!outcome) return outcome.error();
        return tables::finish_intent(transaction.database(), *intent, tables::IntentState::done, *outcome, Bytes(signature_size, 0x30));
    }

  private:
    std::string random_id() {
        std::array<char, 40> text{};
        std::snprintf(text.data(), text.size(), "%08lx-%04lx-%04lx-%012lx", random_() >> 32, random_() >> 48, random_() >> 48, random_() >> 16);
        return text.data();
    }
    static json::object document_fields(const Digest& document) { return {{"digest", "sha256:" + document.hex()}, {"name", "contract-" + document.hex().substr(0, 3) + ".pdf"}}; }
    static json::object intent_fields(const std::string& request, const Digest& document, const std::string (&approvals)[2]) {
        json::array grants;
        for (const auto& jti : approvals)
            grants.push_back({{"id", jti}, {"approver", "wang.fang"}, {"step", "department-review"}, {"token_sha256", document.hex()}, {"key_thumbprint", document.hex()}});
        return {{"caller", {{"id", "li.na"}, {"kind", "person"}, {"name", "李娜"}, {"uid", 2001}, {"pid", 4711}, {"executable", "/usr/bin/sealctl"}}},
                {"request_id", request}, {"seal", "contract"}, {"epoch", 1}, {"document", document_fields(document)}, {"format", "cms"}, {"purpose", "supply contract"},
                {"approvals", std::move(grants)}, {"algorithm", "ec-p256"}, {"token", "usb-1"}, {"token_serial", "a1b2c3d4e5f60718"}, {"policy", document.hex()}};
    }
    static json::object outcome_fields(const std::string& request, const Digest& document, std::uint64_t intent) {
        return {{"caller", {{"id", "li.na"}}}, {"request_id", request}, {"seal", "contract"}, {"intent", intent}, {"document", document_fields(document)},
                {"result", "signed"}, {"signature_sha256", document.hex()}};
    }
    static tables::IntentRow row(std::uint64_t index, Timestamp time, const std::string& request, const Digest& document) {
        return {.index = index, .seal = SealName::decode("contract").value(), .epoch = 1, .caller = PersonId::decode("li.na").value(), .recorded_at = time, .request_id = request,
                .request_fingerprint = document, .application = std::nullopt, .document = document, .document_name = "contract.pdf", .outcome_index = std::nullopt, .signature = std::nullopt};
    }
    std::mt19937_64 random_{20261124};
};

}  // namespace

void add_history(const std::filesystem::path& state_dir, std::uint64_t entries) {
    asio::io_context io;
    const auto store = Store::open(state_dir, NoteSigner::make(origin, PrivateKey::load_pem(state_dir / "ledger.key").value()).value()).value();
    const auto finish = [&io](auto walk) {
        auto future = asio::co_spawn(io, std::move(walk), asio::use_future);
        io.restart();
        io.run();
        return future.get();
    };
    History history;
    std::function<Result<StoredCheckpoint>(Database&)> latest = [](Database& database) { return latest_checkpoint(database); };
    for (std::uint64_t size = finish(store->read(latest)).value().size; size < entries; size += 2 * pairs_per_commit) {
        const auto time = from_unix(1'700'000'000 + static_cast<std::int64_t>(size));
        std::function<Result<void>(Transaction&)> work = [&history, time](Transaction& transaction) -> Result<void> {
            for (unsigned pair = 0; pair < pairs_per_commit; ++pair)
                if (auto added = history.add_pair(transaction, time); !added) return added;
            return {};
        };
        finish(store->write(std::move(work))).value();
        if (size % 1'000'000 < 2 * pairs_per_commit) std::fprintf(stderr, "%lu entries of history\n", size);
    }
}

}  // namespace seald::bench
