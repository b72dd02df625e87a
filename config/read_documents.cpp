#include <charconv>

#include "config/sections.hpp"

namespace seald {

namespace {

Result<std::uint64_t> decode_size(std::string_view text) {
    const Error odd = malformed("not a size; allowed: a whole number and KiB, MiB, GiB or TiB, like \"256MiB\"");
    std::uint64_t number = 0;
    const auto [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
    constexpr std::string_view units[] = {"KiB", "MiB", "GiB", "TiB"};
    if (failure != std::errc() || number == 0 || number > 1'000'000) return odd;
    for (unsigned power = 1; const std::string_view known : units) {
        if (unit == known) return number << (10 * power);
        ++power;
    }
    return odd;
}

}  // namespace

DocumentLimits read_documents(TableReader reader) {
    DocumentLimits limits;
    if (const auto one = reader.decoded("max_size", Need::optional, decode_size)) limits.one = *one;
    if (const auto all = reader.decoded("max_total", Need::optional, decode_size)) limits.all = *all;
    if (limits.one > limits.all) reader.mistake("max_total", "smaller than max_size; allowed: room for at least one document");
    reader.finish();
    return limits;
}

}  // namespace seald
