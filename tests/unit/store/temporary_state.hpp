// A state folder with an empty ledger in it, gone after the test, and a way to run the store's coroutines to their end.
#pragma once
#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "daemon/store/store.hpp"

namespace seald::test {

inline constexpr const char* daemon_id = "seald.example.org";
inline constexpr Timestamp noon{std::chrono::milliseconds(1'795'435'200'000)};  // 2026-11-23T12:00:00Z

class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "seald-store-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp " + pattern);
        path_ = pattern;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

// The error of a result that should be one; fails the test otherwise.
template <class T>
Error error_of(const Result<T>& result) {
    if (result) {
        ADD_FAILURE() << "succeeded where an error was expected";
        return {};
    }
    return result.error();
}

template <class T>
using WriteWork = std::function<Result<T>(Transaction&)>;
template <class T>
using ReadWork = std::function<Result<T>(Database&)>;

inline Entry sample_entry(std::uint64_t number) {
    const std::string file = "file " + std::to_string(number % 100);
    boost::json::object fields{
        {"seal", "contract"}, {"number", number}, {"document", {{"digest", detached_digest(file)}, {"name", file}}}};
    return Entry::make("test", noon, fields);
}

inline WriteWork<std::uint64_t> append_sample(std::uint64_t number) {
    return [number](Transaction& transaction) {
        auto index = transaction.append(sample_entry(number));
        if (index) transaction.want_receipt(*index);
        return index;
    };
}

class TemporaryState {
  public:
    TemporaryState() : TemporaryState(std::filesystem::path()) {}
    // In a folder that is there already.
    explicit TemporaryState(const std::filesystem::path& folder)
        : path_(folder.empty() ? folder_.path() : folder), key_pem_(pem_of(PrivateKey::generate(KeyAlgorithm::ed25519).value())) {
        Store::create(path(), daemon_id).value();
    }

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path file() const { return path() / "ledger.db"; }
    NoteSigner signer() const { return NoteSigner::make(daemon_id, PrivateKey::from_pem(key_pem_).value()).value(); }
    NoteVerifier verifier() const { return signer().verifier(); }
    void save_key(const std::filesystem::path& file) const { PrivateKey::from_pem(key_pem_).value().save_pem(file).value(); }
    std::unique_ptr<Store> open() const { return Store::open(path(), signer()).value(); }
    Result<std::unique_ptr<Store>> try_open(std::vector<std::filesystem::path> copies = {}) const {
        return Store::open(path(), signer(), std::move(copies));
    }
    // A connection of one's own, as an administrator with `sqlite3` has it.
    std::unique_ptr<Database> connect(OpenMode mode = OpenMode::read_write) const {
        return Database::open(file(), mode).value();
    }

    template <class T>
    Result<Committed<T>> write(Store& store, WriteWork<T> work) {
        return finish(store.write(std::move(work)));
    }
    template <class T>
    Result<T> read(Store& store, ReadWork<T> work) {
        return finish(store.read(std::move(work)));
    }
    template <class T>
    T finish(boost::asio::awaitable<T> walk) {
        auto future = boost::asio::co_spawn(io_, std::move(walk), boost::asio::use_future);
        io_.restart();
        io_.run();
        return future.get();
    }
    boost::asio::io_context& io() { return io_; }

  private:
    static std::string pem_of(const PrivateKey& key) {
        TemporaryFolder folder;
        key.save_pem(folder.path() / "key.pem").value();
        std::ifstream file(folder.path() / "key.pem");
        return {std::istreambuf_iterator<char>(file), {}};
    }
    TemporaryFolder folder_;
    std::filesystem::path path_;
    std::string key_pem_;
    boost::asio::io_context io_;
};

}  // namespace seald::test
