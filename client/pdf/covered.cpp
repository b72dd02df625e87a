#include "client/pdf/covered.hpp"

#include <charconv>
#include <optional>
#include <tuple>

#include "core/running_digest.hpp"

namespace seald::pdf {
namespace {

constexpr std::string_view range_begins = "/ByteRange [0 ";
constexpr std::string_view before_hole = "/Contents ";

Error not_prepared() { return malformed("this is not the covered part of a prepared PDF"); }

std::string empty_hole(std::size_t size) { return "<" + std::string(size - 2, '0') + ">"; }

// Three numbers and "] /Contents ", as the preparation writes them; where the hole goes is what the first one says.
std::optional<Hole> decode_range(std::string_view covered, std::size_t at) {
    std::size_t numbers[3]{};
    for (auto& number : numbers) {
        const auto [rest, failed] = std::from_chars(covered.data() + at, covered.data() + covered.size(), number);
        if (failed != std::errc() || rest == covered.data() + covered.size()) return std::nullopt;
        at = static_cast<std::size_t>(rest - covered.data()) + 1;  // and what stands behind it
    }
    const auto [first, second, rest] = std::tuple(numbers[0], numbers[1], numbers[2]);
    const bool fits = first < covered.size() && second > first && second - first == 2 * room_bytes + 2 && rest == covered.size() - first;
    if (!fits || !covered.substr(0, first).ends_with(before_hole)) return std::nullopt;
    return Hole{first, second};
}

}  // namespace

Digest covered_digest(std::string_view content, const Hole& hole, DigestAlgorithm algorithm) {
    RunningDigest digest(algorithm);
    digest.add(as_bytes(content.substr(0, hole.begin)));
    digest.add(as_bytes(content.substr(hole.end)));
    return digest.finish();
}

std::string take_hole_out(const Prepared& prepared) { return std::string(prepared.content).erase(prepared.hole.begin, prepared.hole.end - prepared.hole.begin); }

Result<Prepared> put_hole_in(const std::string& covered) {
    std::optional<Hole> found;
    for (auto at = covered.find(range_begins); at != std::string::npos; at = covered.find(range_begins, at + 1)) {
        const auto hole = decode_range(covered, at + range_begins.size());
        if (hole && found) return not_prepared();  // two places for a hole: two files that look different
        if (hole) found = hole;
    }
    if (!found) return not_prepared();
    return Prepared{std::string(covered).insert(found->begin, empty_hole(found->end - found->begin)), *found};
}

Result<std::string> put_signature_in(Prepared prepared, BytesView cms) {
    const std::string hex = encode_hex(cms);
    if (hex.size() + 2 > prepared.hole.end - prepared.hole.begin)
        return Error{.code = ErrorCode::too_large, .message = "the signature with its certificates has " + std::to_string(cms.size()) + " bytes, and the file has room for " +
                                                              std::to_string((prepared.hole.end - prepared.hole.begin) / 2 - 1)};
    prepared.content.replace(prepared.hole.begin + 1, hex.size(), hex);
    return std::move(prepared.content);
}

}  // namespace seald::pdf
