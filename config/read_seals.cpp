#include <charconv>

#include "config/sections.hpp"

namespace seald {

namespace {

Result<SealUser> decode_seal_user(std::string_view text) {
    constexpr std::string_view department = "department:";
    if (text.starts_with(department)) {
        auto name = Department::decode(text.substr(department.size()));
        if (!name) return name.error();
        return SealUser(std::move(*name));
    }
    auto id = PersonId::decode(text);
    if (!id) return malformed("not a user; allowed: a person's or application client's id, or \"department:NAME\"");
    return SealUser(std::move(*id));
}

void read_users(TableReader& reader, SealSection& section) {
    for (const TextAt& word : reader.texts("users", Need::mandatory)) {
        auto user = decode_seal_user(word.text);
        if (!user) {
            reader.mistakes().add(word.line, word.path, user.error().message);
            continue;
        }
        if (const auto* id = std::get_if<PersonId>(&*user)) section.users.emplace_back(*id, word);
        section.policy.users.push_back(std::move(*user));
    }
}

Result<Role> decode_step_role(std::string_view text) {
    const auto role = decode_role(text);
    if (role && (*role == Role::reviewer || *role == Role::approver)) return *role;
    return unacceptable("not a role that decides; allowed: reviewer, approver");
}

void read_step(TableReader reader, const toml::table& table, SealSection& section) {
    const auto name = reader.decoded("name", Need::mandatory, StepName::decode);
    const auto role = reader.decoded("role", Need::mandatory, decode_step_role);
    const auto count = reader.integer("count", 1, 20).value_or(1);
    std::set<Department> departments;
    for (const TextAt& word : reader.texts("departments", Need::optional)) {
        if (auto department = Department::decode(word.text))
            departments.insert(std::move(*department));
        else
            reader.mistakes().add(word.line, word.path, department.error().message);
    }
    reader.finish();
    if (!name || !role) return;
    for (const Step& other : section.policy.steps) {
        if (other.name == *name)
            reader.mistake("name", "another step has this name; allowed: each name once in a seal's policy");
    }
    Step step{*name, *role, static_cast<unsigned>(count), std::move(departments)};
    section.steps.emplace_back(step, TextAt{std::string(to_string(*role)), line_of(table), reader.path_of("role")});
    section.policy.steps.push_back(std::move(step));
}

void read_formats(TableReader& reader, SealSection& section) {
    for (const TextAt& word : reader.texts("formats", Need::mandatory)) {
        const auto format = decode_signature_format(word.text);
        if (format)
            section.policy.formats.insert(*format);
        else
            reader.mistakes().add(word.line, word.path, "not a signature that is made; allowed: cms, pades, raw");
    }
}

Result<seconds> decode_validity(std::string_view text) {
    const auto ttl = decode_duration(text);
    if (ttl && *ttl <= std::chrono::days(366)) return *ttl;
    return malformed(
        "not how long an approval may be valid; allowed: a number and s, m, h or d, like \"72h\", at most \"366d\"");
}

Result<StepOrder> decode_order(std::string_view text) {
    if (text == "sequence") return StepOrder::sequence;
    if (text == "parallel") return StepOrder::parallel;
    return unacceptable("unknown order of steps; allowed: sequence, parallel");
}

Result<Rate> decode_rate(std::string_view text) {
    const auto slash = text.find('/');
    unsigned uses = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + std::min(slash, text.size()), uses);
    const std::string_view unit = slash == text.npos ? std::string_view() : text.substr(slash + 1);
    const seconds window = unit == "s" ? seconds(1) : unit == "min" ? seconds(60) : unit == "h" ? seconds(3600) : seconds(0);
    if (failure == std::errc() && end == text.data() + slash && uses > 0 && window.count() > 0) return Rate{uses, window};
    return malformed("not a rate; allowed: a number of uses per s, min or h, like \"60/min\"");
}

void read_digests(TableReader& reader, SealSection& section) {
    for (const TextAt& word : reader.texts("digests", Need::optional)) {
        if (const auto algorithm = decode_digest_algorithm(word.text))
            section.policy.digests.insert(*algorithm);
        else
            reader.mistakes().add(word.line, word.path, algorithm.error().message);
    }
}

Result<bool> decode_prove(std::string_view text) {
    if (text == "key") return true;
    if (text == "nothing") return false;
    return unacceptable("unknown proof of who uses the seal; allowed: key, nothing");
}

// Rules that are there only where somebody wrote them.
void read_optional_rules(TableReader& reader, SealSection& section) {
    SealPolicy& policy = section.policy;
    policy.order = reader.decoded("order", Need::optional, decode_order).value_or(StepOrder::sequence);
    policy.quota = reader.boolean("quota").value_or(false);
    policy.quota_ttl = reader.decoded("quota_ttl", Need::optional, decode_validity).value_or(policy.approval_ttl);
    policy.hours = reader.decoded("hours", Need::optional, OfficeHours::decode);
    policy.rate = reader.decoded("rate", Need::optional, decode_rate);
    if (const auto daily = reader.integer("daily", 1, 1'000'000)) policy.daily = static_cast<unsigned>(*daily);
    read_digests(reader, section);
    policy.max_files = static_cast<std::size_t>(reader.integer("max_files", 1, max_documents).value_or(max_documents));
    for (const TextAt& word : reader.texts("document_types", Need::optional)) policy.document_types.push_back(word.text);
    policy.training = reader.text("training", Need::optional);
    policy.prove_with_key = reader.decoded("prove", Need::optional, decode_prove).value_or(false);
}

Result<Reseal> decode_reseal(std::string_view text) {
    if (text == "refuse") return Reseal::refuse;
    if (text == "return") return Reseal::return_earlier;
    return unacceptable("unknown answer to a digest that was sealed already; allowed: refuse, return");
}

SealSection read_seal(TableReader reader) {
    SealSection section{};
    read_users(reader, section);
    const auto steps = reader.tables("steps", Need::mandatory);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const std::string path = reader.path_of("steps[" + std::to_string(i) + "]");
        read_step(TableReader(*steps[i], path, reader.mistakes()), *steps[i], section);
    }
    read_formats(reader, section);
    section.policy.approval_ttl =
        reader.decoded("approval_ttl", Need::mandatory, decode_validity).value_or(seconds(0));
    section.policy.reseal = reader.decoded("reseal", Need::optional, decode_reseal).value_or(Reseal::refuse);
    read_optional_rules(reader, section);
    reader.finish();
    return section;
}

}  // namespace

std::map<std::string, SealSection> read_seals(const toml::table& seals, Mistakes& mistakes) {
    std::map<std::string, SealSection> sections;
    for (const auto& [key, node] : seals) {
        const std::string path = "seal." + printable(key.str());
        const toml::table* table = node.as_table();
        if (table == nullptr) {
            mistakes.add(line_of(node), path, "wrong type; allowed: a table: [seal.NAME]");
            continue;
        }
        if (const auto name = SealName::decode(key.str()); !name)
            mistakes.add(line_of(node), path, name.error().message);
        sections.emplace(std::string(key.str()), read_seal(TableReader(*table, path, mistakes)));
    }
    return sections;
}

}  // namespace seald
