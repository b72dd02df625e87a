#include "client/commands/ledger_list.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <map>

#include "client/answer_reader.hpp"
#include "client/csv.hpp"
#include "client/display_text.hpp"
#include "client/ledger_range.hpp"
#include "client/pdf_files.hpp"
#include "client/table.hpp"
#include "core/digest.hpp"

namespace seald {
namespace {

namespace json = boost::json;

struct ListOptions {
    std::string seal, person, application, kind, result, document, file, from, to;
    unsigned limit = 0;
    bool newest = false, all = false, csv = false;
};

const std::vector<std::string> columns = {"index", "time", "kind", "person", "seal", "application", "document", "digest", "result"};

std::vector<std::string> cells_of(const json::value& entry) {
    const std::string result = shown_field(entry, "entry.result");
    const std::string rule = shown_field(entry, "entry.rule");
    return {shown_field(entry, "index"),           shown_field(entry, "entry.time"),
            shown_field(entry, "entry.kind"),      shown_field(entry, "entry.caller.id"),
            shown_field(entry, "entry.seal"),      shown_field(entry, "entry.application"),
            shown_field(entry, "entry.document.name"), shown_field(entry, "entry.document.digest"),
            rule.empty() ? result : result + ": " + rule};
}

std::string csv_listing(const json::array& entries) {
    std::string text = csv_line(columns);
    for (const auto& entry : entries) text += csv_line(cells_of(entry));
    return text;
}

std::string table_listing(const json::array& entries) {
    if (entries.empty()) return "no entries\n";
    Table table({"INDEX", "TIME", "KIND", "PERSON", "SEAL", "APPLICATION", "DOCUMENT", "RESULT"});
    for (const auto& entry : entries) {
        auto cells = cells_of(entry);
        cells[1] = short_time(cells[1]);
        cells.erase(cells.begin() + 7);  // a digest is wider than a terminal
        table.row(std::move(cells));
    }
    return table.str();
}

Result<std::string> list_query(const ListOptions& options) {
    auto query = range_query(options.from, options.to);
    if (!query) return query;
    const std::pair<const char*, const std::string&> filters[] = {{"seal", options.seal},     {"person", options.person},
                                                                  {"application", options.application}, {"kind", options.kind},
                                                                  {"result", options.result}, {"document", options.document}};
    for (const auto& [name, value] : filters)
        if (!value.empty()) *query += std::string("&") + name + "=" + percent_encode(value);
    return *query + "&order=" + (options.newest ? "newest" : "oldest");
}

// One page after another, as many as were asked for.
Result<json::array> read_pages(const ApiClient& api, const std::string& query, const ListOptions& options) {
    json::array entries;
    const std::size_t wanted = options.all ? SIZE_MAX : options.limit == 0 ? 100 : options.limit;
    std::string next;
    while (entries.size() < wanted) {
        const auto page_size = std::min<std::size_t>(wanted - entries.size(), 1000);
        const auto answer = api.get("/v1/ledger/entries?limit=" + std::to_string(page_size) + query + next);
        if (!answer) return answer.error();
        AnswerReader in(*answer);
        const auto& page = in.list("entries");
        const auto following = in.find_integer("next");
        if (auto understood = in.finish(); !understood) return understood.error();
        entries.insert(entries.end(), page.begin(), page.end());
        if (!following) break;
        next = "&after=" + std::to_string(*following);
    }
    return entries;
}

// The same bytes may have been approved under any digest algorithm; a sealed PDF is known by what its signatures cover.
Result<json::array> read_uses_of_file(const ApiClient& api, const std::string& query, const ListOptions& options) {
    std::map<std::uint64_t, json::value> found;
    auto digests = covered_digests(options.file);
    if (!digests) return digests.error();
    for (const auto algorithm : {DigestAlgorithm::sha256, DigestAlgorithm::sha384, DigestAlgorithm::sha512}) {
        const auto whole = Digest::of_file(algorithm, options.file);
        if (!whole) return whole.error();
        digests->push_back(*whole);
    }
    for (const auto& digest : *digests) {
        const auto entries = read_pages(api, query + "&document=" + std::string(to_string(digest.algorithm())) + "%3A" + digest.hex(), options);
        if (!entries) return entries;
        for (const auto& entry : *entries) found.emplace(std::stoull("0" + shown_field(entry, "index")), entry);
    }
    json::array entries;
    for (auto& [index, entry] : found) entries.push_back(std::move(entry));
    return entries;
}

std::string sealings_line(const std::string& file, const json::array& entries) {
    const auto sealed = std::ranges::count_if(entries, [](const auto& entry) { return shown_field(entry, "entry.result") == "signed"; });
    if (entries.empty()) {
        const auto pdf = is_pdf(file);
        return "the ledger has nothing about " + printable(file) + (pdf && *pdf ? "; a PDF that carries its seal inside is found by the sealed file, not by the one before\n" : "\n");
    }
    return printable(file) + " was sealed " + std::to_string(sealed) + (sealed == 1 ? " time\n" : " times\n");
}

Result<Report> run_list(const Invocation& invocation, const ListOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto query = list_query(options);
    if (!query) return query.error();
    const auto entries = options.file.empty() ? read_pages(*api, *query, options) : read_uses_of_file(*api, *query, options);
    if (!entries) return entries.error();
    const std::string listing = options.csv ? csv_listing(*entries) : table_listing(*entries);
    const std::string heading = options.file.empty() || options.csv ? "" : sealings_line(options.file, *entries);
    return Report{json::object{{"entries", *entries}}, heading + (heading.empty() || !entries->empty() ? listing : "")};
}

}  // namespace

void add_ledger_list(CLI::App& group, Invocation& invocation) {
    const auto options = std::make_shared<ListOptions>();
    CLI::App& list = add_command(group, "list",
                                 {"The use ledger (用印台賬): every use, refusal and change, in order.",
                                  "auditors, administrators and custodians see all; others what they did themselves.",
                                  "sealctl ledger list --file contract.pdf   (every use of a seal on this file)\n"
                                  "         sealctl ledger list --seal contract --kind outcome --from 2026-10-01 --to 2026-12-31 --all --csv"});
    list.add_option("--seal", options->seal, "only this seal");
    list.add_option("--person", options->person, "only what this person did");
    list.add_option("--application", options->application, "only this application");
    list.add_option("--kind", options->kind, "only this kind of entry, such as intent, outcome, refusal or decision");
    list.add_option("--result", options->result, "only this result, such as signed, failed, discarded, unknown or refused");
    auto* document = list.add_option("--document", options->document, "a digest like sha256:<hex>, or a file's name; * stands for anything");
    list.add_option("--file", options->file, "only what is about this file: it is hashed here")->excludes(document);
    list.add_option("--from", options->from, "from this day, time or entry on: 2026-11-23, 2026-11-23T08:00:00Z, or 17");
    list.add_option("--to", options->to, "up to this day or time (a day is included), or before this entry");
    auto* limit = list.add_option("--limit", options->limit, "at most so many; 100 unless given");
    list.add_flag("--all", options->all, "all that there are")->excludes(limit);
    list.add_flag("--newest", options->newest, "the newest first");
    list.add_flag("--csv", options->csv, "comma-separated values (RFC 4180) for spreadsheets");
    choose(list, invocation, options, run_list);
}

}  // namespace seald
