#include "client/reports/evaluation.hpp"

#include <algorithm>
#include <set>

namespace seald::reports {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string hours(double value) {
    std::string text = std::to_string(value);
    return text.substr(0, text.find('.') + 2) + " h";
}

// Application -> when it was submitted, last decided, and first sealed.
struct Course {
    std::optional<Timestamp> submitted, decided, sealed;
    std::string decision;
};

std::map<std::string, Course> courses_of(const Entries& entries) {
    std::map<std::string, Course> courses;
    for (const auto& entry : entries) {
        const std::string application = entry.text("application");
        if (application.empty()) continue;
        Course& course = courses[application];
        if (entry.is("application-submitted")) course.submitted = entry.time;
        if (entry.is("application-withdrawn")) course.decision = "withdrawn";
        if (entry.is("decision")) {
            course.decided = entry.time;
            course.decision = entry.text("decision");
        }
        if (entry.is("outcome") && entry.text("result") == "signed" && !course.sealed) course.sealed = entry.time;
    }
    return courses;
}

double hours_between(Timestamp from, Timestamp to) { return std::chrono::duration<double, std::ratio<3600>>(to - from).count(); }

std::vector<std::string> describe_times(const char* what, std::vector<double> times) {
    if (times.empty()) return {std::string(what) + ": none"};
    std::ranges::sort(times);
    const auto at = [&](double part) { return hours(times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))]); };
    return {std::string(what) + ": " + number(times.size()) + ", half within " + at(0.5) + ", nine of ten within " + at(0.9) + ", the longest " + at(1)};
}

Section turnaround(const std::map<std::string, Course>& courses) {
    std::vector<double> to_decision, to_seal;
    for (const auto& [application, course] : courses) {
        if (course.submitted && course.decided) to_decision.push_back(hours_between(*course.submitted, *course.decided));
        if (course.submitted && course.sealed) to_seal.push_back(hours_between(*course.submitted, *course.sealed));
    }
    Section section{.id = "turnaround", .title = "Turnaround", .lines = describe_times("from application to last decision", to_decision)};
    for (auto& line : describe_times("from application to seal", to_seal)) section.lines.push_back(std::move(line));
    return section;
}

Section decisions(const std::map<std::string, Course>& courses) {
    Tally tally;
    std::uint64_t submitted = 0, turned_down = 0;
    for (const auto& [application, course] : courses) {
        if (!course.submitted) continue;
        ++submitted;
        turned_down += course.decision == "reject" || course.decision == "return";
        tally.add(course.sealed ? "sealed" : course.decision.empty() ? "not decided" : course.decision);
    }
    const auto percent = submitted == 0 ? 0 : 100 * turned_down / submitted;
    return {.id = "decisions",
            .title = "What became of applications",
            .lines = {number(submitted) + " submitted, " + number(turned_down) + " rejected or returned (" + number(percent) + " %)"},
            .bars = tally.bars("applications")};
}

Section by_month(const Entries& entries) {
    std::map<std::string, double> months;
    for (const auto& entry : entries)
        if (entry.is("outcome") && entry.text("result") == "signed") ++months[to_rfc3339(entry.time).substr(0, 7)];
    Bars bars{.unit = "uses", .bars = {months.begin(), months.end()}};
    return {.id = "months", .title = "Uses by month", .bars = std::move(bars)};
}

Section refusals(const Entries& entries) {
    Tally rules;
    for (const auto& entry : entries)
        if (entry.is("refusal")) rules.add(entry.text("rule").empty() ? entry.text("code") : entry.text("rule"));
    Table table{{"rule", "refusals"}, {}};
    for (const auto& [rule, count] : rules.by_frequency()) table.rows.push_back({rule, number(count)});
    return {.id = "refusals", .title = "Refusals", .table = std::move(table)};
}

bool is_incident(const Entry& entry) {
    static const std::set<std::string> acts = {"seal-suspend", "seal-lost", "seal-cancel", "emergency-stop", "restored"};
    static const std::set<std::string> events = {"died", "pin-refused"};
    const std::string result = entry.text("result");
    if (entry.is("outcome")) return result == "unknown" || result == "failed" || result == "discarded";
    if (entry.is("token-unlock")) return result == "failed";
    return acts.contains(entry.text("kind")) || (entry.is("token-event") && events.contains(entry.text("event")));
}

Section incidents(const Entries& entries) {
    Table table{{"entry", "time", "what", "seal or token", "reason"}, {}};
    for (const auto& entry : entries) {
        if (!is_incident(entry)) continue;
        const std::string detail = entry.text("result").empty() ? entry.text("event") : entry.text("result");
        table.rows.push_back({number(entry.index), to_rfc3339(entry.time), entry.text("kind") + (detail.empty() ? "" : ", " + detail),
                              entry.text("seal").empty() ? entry.text("token") : entry.text("seal"),
                              entry.text("reason").empty() ? entry.text("words") : entry.text("reason")});
    }
    return {.id = "incidents", .title = "Incidents", .table = std::move(table)};
}

Section records(const Entries& entries, const std::string& start, std::string id, std::string title) {
    Table table{{"entry", "time", "what", "by", "text"}, {}};
    for (const auto& entry : entries) {
        if (!entry.text("kind").starts_with(start)) continue;
        std::string text = entry.text("text");
        for (const char* field : {"person", "course", "until", "words", "made_at", "result", "problem"})
            if (const auto value = entry.text(field); !value.empty()) text += (text.empty() ? "" : ", ") + value;
        table.rows.push_back({number(entry.index), to_rfc3339(entry.time), entry.text("kind"), entry.text("caller.id"), text});
    }
    return {.id = std::move(id), .title = std::move(title), .table = std::move(table)};
}

}  // namespace

Document evaluate(const EvaluationInput& input) {
    const auto courses = courses_of(input.entries);
    return {.kind = "evaluation",
            .title = "Evaluation of the use of seals (用印年度評估), " + input.period.name,
            .facts = {{"period", describe(input.period)}, {"made at", to_rfc3339(input.now)}, {"entries", number(input.entries.size())}},
            .sections = {turnaround(courses), decisions(courses), by_month(input.entries), refusals(input.entries), incidents(input.entries),
                         records(input.entries, "training", "training", "Training"), records(input.entries, "feedback", "feedback", "Feedback"),
                         records(input.entries, "backup", "backups", "Backups (備份) and practised restores (演練)")}};
}

}  // namespace seald::reports
