#include "core/entry_bundle.hpp"

#include <stdexcept>

namespace seald {

void add_to_bundle(Bytes& bundle, BytesView entry) {
    if (entry.size() > max_entry_size) throw std::logic_error("an entry that is too long for a bundle");
    bundle.push_back(static_cast<std::uint8_t>(entry.size() >> 8));
    bundle.push_back(static_cast<std::uint8_t>(entry.size() & 0xFF));
    bundle.insert(bundle.end(), entry.begin(), entry.end());
}

Result<std::vector<BytesView>> decode_bundle(BytesView bundle) {
    std::vector<BytesView> entries;
    while (!bundle.empty()) {
        const std::size_t length = bundle.size() < 2 ? 0 : std::size_t{bundle[0]} << 8 | bundle[1];
        if (bundle.size() < 2 || bundle.size() - 2 < length) return malformed("the entry bundle is cut short");
        entries.push_back(bundle.subspan(2, length));
        bundle = bundle.subspan(2 + length);
    }
    return entries;
}

}  // namespace seald
