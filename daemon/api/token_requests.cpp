// What is asked of tokens and about keys on them: requests.hpp.
#include "core/json.hpp"
#include "daemon/api/requests.hpp"

namespace seald::requests {
namespace {

constexpr std::int64_t most_uses = 1'000'000;
constexpr seconds longest_lease = std::chrono::hours(24 * 31);

Result<void> take_lease(ObjectReader& in, UnlockWish& wish) {
    const auto duration = in.find_text("for");
    const auto uses = in.find_integer("uses");
    if (uses && (*uses < 1 || *uses > most_uses)) return malformed("field \"uses\" must be 1 to 1000000");
    if (uses) wish.uses = static_cast<std::uint64_t>(*uses);
    if (!duration) return {};
    auto decoded = decode_duration(*duration);
    if (!decoded) return decoded.error();
    if (*decoded > longest_lease) return malformed("field \"for\" must be at most 31d");
    wish.duration = *decoded;
    return {};
}

}  // namespace

Result<Bytes> decode_key_id(std::string_view text) {
    auto bytes = decode_hex(text);
    if (!bytes) return bytes.error();
    if (bytes->empty() || bytes->size() > 255)
        return malformed("field \"key_id\" must have 1 to 255 bytes, in lower-case hexadecimal");
    return bytes;
}

Result<UnlockWish> decode_unlock(std::string_view body) {
    auto object = parse_json_object(body.empty() ? "{}" : body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    UnlockWish wish;
    const auto sealed_pin = in.find_text("sealed_pin");
    if (auto lease = take_lease(in, wish); !lease) return lease.error();
    wish.final_try = in.find_boolean("final_try").value_or(false);
    wish.pin_changed = in.find_boolean("pin_changed").value_or(false);
    if (auto done = in.finish(); !done) return done.error();
    if (!sealed_pin) return wish;
    if (sealed_pin->empty()) return malformed("field \"sealed_pin\" is empty; leave it out to use the configured PIN source");
    auto bytes = decode_base64(*sealed_pin);
    if (!bytes) return bytes.error();
    wish.sealed_pin = std::move(*bytes);
    return wish;
}

Result<ProbeWish> decode_probe(std::string_view body) {
    auto object = parse_json_object(body.empty() ? "{}" : body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    const auto seconds = in.find_integer("seconds");
    const auto key_id = in.find_text("key_id");
    if (auto done = in.finish(); !done) return done.error();
    if (seconds && (*seconds < 1 || *seconds > 30)) return malformed("field \"seconds\" must be 1 to 30");
    ProbeWish wish{.seconds = static_cast<std::uint64_t>(seconds.value_or(1)), .key_id = {}};
    if (!key_id) return wish;
    auto bytes = decode_key_id(*key_id);
    if (!bytes) return bytes.error();
    wish.key_id = std::move(*bytes);
    return wish;
}

}  // namespace seald::requests
