// Our checkpoints, receipts and consistency proofs as Go's golang.org/x/mod/sumdb sees them: code that nobody here
// wrote, run as a program of its own (tests/support/tlogcheck).
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/receipt.hpp"
#include "tests/unit/core/memory_tree.hpp"

namespace seald {
namespace {

namespace fs = std::filesystem;

class GoSumdb : public testing::Test {
  protected:
    static constexpr std::uint64_t kSize = 300;

    GoSumdb() {
        std::string pattern = (fs::temp_directory_path() / "seald-tlogcheck-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        for (std::uint64_t i = 0; i < kSize; ++i) tree_.append(entry(i));
    }
    ~GoSumdb() override { fs::remove_all(folder_); }

    static std::string entry(std::uint64_t i) { return "{\"kind\":\"outcome\",\"n\":" + std::to_string(i) + "}"; }

    std::string checkpoint(std::uint64_t size) const {
        Checkpoint made{
            .origin = signer_.verifier().name(), .size = size, .root = root_hash(size, tree_.nodes(size)).value()};
        return signer_.sign(made.to_text()).encode();
    }
    TlogProof receipt(std::uint64_t index, std::uint64_t size) const {
        std::string text = entry(index);
        return {.index = index,
                .path = inclusion_proof(index, size, tree_.nodes(size)).value(),
                .checkpoint = checkpoint(size),
                .extra = Bytes(text.begin(), text.end())};
    }
    std::string consistency(std::uint64_t older, std::uint64_t newer) const {
        std::string lines;
        for (const auto& hash : consistency_proof(older, newer, tree_.nodes(newer)).value()) {
            lines += encode_base64(hash) + "\n";
        }
        return lines;
    }

    std::string write(const char* name, const std::string& content) const {
        std::ofstream(folder_ / name, std::ios::binary) << content;
        return (folder_ / name).string();
    }
    // What tlogcheck prints when it accepts; "refused" when it does not.
    std::string tlogcheck(const std::string& verb, const std::string& input, const std::string& files = "") const {
        std::string command = SEALD_BUILD_DIR "/tests/support/tlogcheck " + verb + " '" + signer_.verifier().encode() +
                              "' " + files + " < " + write("input", input) + " > " + (folder_ / "output").string() +
                              " 2> " + (folder_ / "reason").string();
        int status = std::system(command.c_str());  // every word of it is ours
        if (status != 0 && WEXITSTATUS(status) == 1) return "refused";
        EXPECT_EQ(status, 0) << command;
        std::ostringstream output;
        output << std::ifstream(folder_ / "output").rdbuf();
        return output.str();
    }
    std::string check_consistency(const std::string& older, const std::string& newer, const std::string& proof) const {
        return tlogcheck("consistency", "",
                         write("old", older) + " " + write("new", newer) + " " + write("proof", proof));
    }

    NoteSigner signer_ =
        NoteSigner::make("seald.example.org", PrivateKey::generate(KeyAlgorithm::ed25519).value()).value();
    MemoryTree tree_;
    fs::path folder_;
};

std::string with_flipped_bit(std::string text, std::size_t at) {
    text[at] = static_cast<char>(text[at] ^ 1);
    return text;
}

TEST_F(GoSumdb, AcceptsOurCheckpoints) {
    for (std::uint64_t size : {0U, 1U, 2U, 3U, 255U, 256U, 257U, 300U}) {
        std::string root = encode_base64(root_hash(size, tree_.nodes(size)).value());
        EXPECT_EQ(tlogcheck("checkpoint", checkpoint(size)), "size " + std::to_string(size) + " root " + root + "\n");
    }
}

TEST_F(GoSumdb, RefusesACheckpointThatWasTamperedWith) {
    std::string good = checkpoint(300);
    EXPECT_EQ(tlogcheck("checkpoint", with_flipped_bit(good, good.find("300"))), "refused");
    EXPECT_EQ(tlogcheck("checkpoint", with_flipped_bit(good, good.size() - 20)), "refused");
}

TEST_F(GoSumdb, AcceptsOurReceipts) {
    for (std::uint64_t size : {1U, 2U, 7U, 128U, 129U, 300U}) {
        for (std::uint64_t index : {std::uint64_t{0}, size / 2, size - 1}) {
            EXPECT_EQ(tlogcheck("receipt", receipt(index, size).encode()),
                      "index " + std::to_string(index) + " size " + std::to_string(size) + "\n");
        }
    }
}

TEST_F(GoSumdb, RefusesAReceiptThatWasTamperedWith) {
    TlogProof entry_changed = receipt(123, 300);
    entry_changed.extra.front() ^= 1;
    EXPECT_EQ(tlogcheck("receipt", entry_changed.encode()), "refused");
    TlogProof index_changed = receipt(123, 300);
    index_changed.index = 122;
    EXPECT_EQ(tlogcheck("receipt", index_changed.encode()), "refused");
    TlogProof path_changed = receipt(123, 300);
    path_changed.path.back()[31] ^= 1;
    EXPECT_EQ(tlogcheck("receipt", path_changed.encode()), "refused");
}

TEST_F(GoSumdb, AcceptsOurConsistencyProofs) {
    for (std::uint64_t older : {1U, 2U, 3U, 64U, 100U, 255U, 256U, 299U, 300U}) {
        EXPECT_EQ(check_consistency(checkpoint(older), checkpoint(300), consistency(older, 300)),
                  "size 300 continues size " + std::to_string(older) + "\n");
    }
}

TEST_F(GoSumdb, RefusesAConsistencyProofOfOtherTrees) {
    EXPECT_EQ(check_consistency(checkpoint(99), checkpoint(300), consistency(100, 300)), "refused");
    EXPECT_EQ(check_consistency(checkpoint(300), checkpoint(100), consistency(100, 300)), "refused");
}

}  // namespace
}  // namespace seald
