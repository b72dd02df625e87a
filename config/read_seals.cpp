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
    reader.finish();
    if (!name || !role) return;
    for (const Step& other : section.policy.steps) {
        if (other.name == *name)
            reader.mistake("name", "another step has this name; allowed: each name once in a seal's policy");
    }
    Step step{*name, *role, static_cast<unsigned>(count)};
    section.steps.emplace_back(step, TextAt{std::string(to_string(*role)), line_of(table), reader.path_of("role")});
    section.policy.steps.push_back(std::move(step));
}

void read_formats(TableReader& reader, SealSection& section) {
    for (const TextAt& word : reader.texts("formats", Need::mandatory)) {
        if (const auto format = decode_signature_format(word.text)) {
            section.policy.formats.insert(*format);
        } else {
            reader.mistakes().add(word.line, word.path, format.error().message);
        }
    }
}

Result<seconds> decode_approval_ttl(std::string_view text) {
    const auto ttl = decode_duration(text);
    if (ttl && *ttl <= std::chrono::days(366)) return *ttl;
    return malformed(
        "not how long an approval may be valid; allowed: a number and s, m, h or d, like \"72h\", at most \"366d\"");
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
        reader.decoded("approval_ttl", Need::mandatory, decode_approval_ttl).value_or(seconds(0));
    section.policy.reseal = reader.decoded("reseal", Need::optional, decode_reseal).value_or(Reseal::refuse);
    if (reader.boolean("quota").value_or(false)) reader.mistake("quota", "not supported by this build; allowed: false");
    for (const std::string_view key : {"hours", "rate", "training"}) reader.unsupported(key);
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
