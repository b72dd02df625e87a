#include "client/reports/excerpt.hpp"

#include <algorithm>

#include "client/answer_reader.hpp"
#include "core/detached_field.hpp"

namespace seald::reports {
namespace {

Result<Entry> decode_entry(const boost::json::value& answer) {
    AnswerReader in(answer);
    const auto index = in.integer("index");
    const auto* fields = in.find_object("entry");
    if (auto understood = in.finish(); !understood) return understood.error();
    if (fields == nullptr) return unavailable("the daemon's answer has an entry without its fields", false);
    const auto time = decode_rfc3339(shown_field(*fields, "time"));
    if (!time) return time.error();
    return Entry{static_cast<std::uint64_t>(index), *time, *fields};
}

}  // namespace

std::string Entry::text(std::string_view path) const { return shown_field(fields, path); }

Result<Entries> read_entries(const ApiClient& api, const std::string& filters) {
    Entries entries;
    for (std::string after;;) {
        const auto answer = api.get("/v1/ledger/entries?limit=1000" + filters + after);
        if (!answer) return answer.error();
        AnswerReader in(*answer);
        const auto& page = in.list("entries");
        const auto next = in.find_integer("next");
        if (auto understood = in.finish(); !understood) return understood.error();
        for (const auto& each : page) {
            auto entry = decode_entry(each);
            if (!entry) return entry.error();
            entries.push_back(std::move(*entry));
        }
        if (!next) return entries;
        after = "&after=" + std::to_string(*next);
    }
}

Result<void> put_back_approvals(const ApiClient& api, Entries& entries) {
    const DetachedLookup fetch = [&api](const std::string& digest) -> Result<std::optional<std::string>> {
        auto content = api.get_text("/v1/ledger/detached/" + digest);
        if (!content) return content.error();
        if (detached_digest(*content) != digest) return verification_failed("what is kept beside the ledger was changed: " + digest);
        return std::optional(std::move(*content));
    };
    for (auto& entry : entries)
        if (entry.is("decision"))
            if (auto whole = attach_all(entry.fields.get_object(), fetch); !whole) return whole.error();
    return {};
}

std::string since_until(const Period& period) { return "&since=" + to_rfc3339(period.from) + "&until=" + to_rfc3339(period.until); }

std::vector<std::pair<std::string, std::uint64_t>> Tally::by_frequency() const {
    std::vector<std::pair<std::string, std::uint64_t>> sorted(counts_.begin(), counts_.end());
    std::ranges::stable_sort(sorted, [](const auto& a, const auto& b) { return a.second > b.second; });
    return sorted;
}

Bars Tally::bars(std::string unit) const {
    Bars bars{.unit = std::move(unit), .bars = {}};
    for (const auto& [key, count] : by_frequency()) bars.bars.emplace_back(key, static_cast<double>(count));
    return bars;
}

}  // namespace seald::reports
