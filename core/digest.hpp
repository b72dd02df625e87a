// A digest that knows its algorithm. A Digest always has the length its algorithm says.
#pragma once
#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/encoding.hpp"
#include "core/error.hpp"

namespace seald {

enum class DigestAlgorithm { sha256, sha384, sha512 };

std::string_view to_string(DigestAlgorithm algorithm);              // "sha256"
Result<DigestAlgorithm> decode_digest_algorithm(std::string_view);  // unacceptable, naming what is allowed
std::size_t digest_size(DigestAlgorithm algorithm);                 // in bytes

class Digest {
  public:
    static Result<Digest> from_bytes(DigestAlgorithm algorithm, BytesView bytes);         // unacceptable: wrong length
    static Result<Digest> decode(std::string_view algorithm, std::string_view hex);       // unacceptable / malformed
    static Digest of(DigestAlgorithm algorithm, BytesView content);
    static Result<Digest> of_file(DigestAlgorithm algorithm, const std::filesystem::path& file);  // streams; not_found

    DigestAlgorithm algorithm() const { return algorithm_; }
    BytesView bytes() const { return {bytes_.data(), digest_size(algorithm_)}; }
    std::string hex() const { return encode_hex(bytes()); }

    friend auto operator<=>(const Digest&, const Digest&) = default;

  private:
    Digest() = default;
    DigestAlgorithm algorithm_ = DigestAlgorithm::sha256;
    std::array<std::uint8_t, 64> bytes_{};  // zero beyond the digest, so that comparing all of it is right
};

}  // namespace seald
