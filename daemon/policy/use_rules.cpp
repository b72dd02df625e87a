#include "daemon/policy/use_rules.hpp"

#include <algorithm>

namespace seald {

namespace {

struct Limit {
    std::string rule;
    unsigned uses;
    std::string period;  // "a day"
    std::string wait;    // until when
};

// More than the whole limit at once does not pass tomorrow either.
std::optional<Error> find_objection(const Limit& limit, unsigned used, std::size_t wanted) {
    const std::string allowed = "the policy allows one caller " + std::to_string(limit.uses) + " uses of this seal " + limit.period;
    if (wanted > limit.uses)
        return refusal(limit.rule, allowed + ", so at most " + std::to_string(limit.uses) + " files at once: hand in fewer",
                       {"fewer files: at most " + std::to_string(limit.uses) + " at once"});
    if (used + wanted <= limit.uses) return std::nullopt;
    return Error{.code = ErrorCode::too_many, .message = allowed, .rule = limit.rule, .missing = {"time: " + limit.wait}, .retry = true};
}

template <class List>
std::string joined(const List& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + std::string(word);
    return text;
}

bool is_trained(const CallerFacts& facts, const std::string& course, Timestamp now) {
    return std::ranges::any_of(facts.training, [&](const TrainingRecord& record) { return record.course == course && now < record.until; });
}

std::vector<std::string_view> words(const std::set<DigestAlgorithm>& algorithms) {
    std::vector<std::string_view> list;
    for (const DigestAlgorithm algorithm : algorithms) list.push_back(to_string(algorithm));
    return list;
}

}  // namespace

std::vector<Error> moment_objections(const SealPolicy& rules, const Calendar& calendar, const CallerFacts& facts, std::size_t wanted, Timestamp now) {
    std::vector<Error> objections;
    if (rules.hours && !rules.hours->contains(calendar, now))
        objections.push_back(refusal("office-hours", "this seal is used only in office hours, " + rules.hours->str() + ", and not on holidays",
                                     {"office hours: " + rules.hours->str()}));
    if (rules.rate)
        if (auto no = find_objection({"rate-limit", rules.rate->uses, "in " + to_string(rules.rate->window), "wait"}, facts.uses_in_window, wanted))
            objections.push_back(std::move(*no));
    if (rules.daily) {
        const std::string next_day = "from " + to_rfc3339(start_of_day(calendar, now) + std::chrono::hours(24));
        if (auto no = find_objection({"daily-limit", *rules.daily, "a day", next_day}, facts.uses_today, wanted)) objections.push_back(std::move(*no));
    }
    return objections;
}

std::vector<Error> document_objections(const Caller& caller, const SealPolicy& rules, const CallerFacts& facts,
                                       const std::vector<Document>& documents, Timestamp now) {
    std::vector<Error> objections;
    if (rules.training && !is_trained(facts, *rules.training, now))
        objections.push_back(refusal("training-required", caller.id().str() + " holds no valid training record " + *rules.training,
                                     {"training: a custodian or administrator records it with sealctl training record"}));
    if (documents.size() > rules.max_files)
        objections.push_back(refusal("too-many-files", "the policy allows at most " + std::to_string(rules.max_files) + " files at once"));
    const auto allowed = [&](const Document& document) { return rules.digests.empty() || rules.digests.contains(document.digest.algorithm()); };
    if (!std::ranges::all_of(documents, allowed))
        objections.push_back(refusal("digest-not-allowed", "the policy does not allow this digest; allowed: " + joined(words(rules.digests))));
    return objections;
}

Result<void> check_document_type(const SealPolicy& rules, const std::string& type) {
    if (rules.document_types.empty() || std::ranges::find(rules.document_types, type) != rules.document_types.end()) return {};
    return refusal("document-type-not-allowed", "this seal is not for that type of document; allowed: " + joined(rules.document_types));
}

}  // namespace seald
