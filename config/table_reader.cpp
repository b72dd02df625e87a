#include "config/table_reader.hpp"

#include <algorithm>

#include "config/nearest_word.hpp"
#include "core/encoding.hpp"

namespace seald {

std::uint32_t line_of(const toml::node& node) { return std::max<std::uint32_t>(node.source().begin.line, 1); }

TableReader::TableReader(const toml::table& table, std::string path, Mistakes& mistakes)
    : table_(table), path_(std::move(path)), mistakes_(mistakes) {}

std::string TableReader::path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

std::uint32_t TableReader::line_of(std::string_view key) const {
    const toml::node* node = table_.get(key);
    return seald::line_of(node != nullptr ? *node : table_);
}

void TableReader::mistake(std::string_view key, std::string problem) {
    mistakes_.add(line_of(key), path_of(key), std::move(problem));
}

const toml::node* TableReader::take(std::string_view key, Need need, toml::node_type type,
                                    std::string_view type_words) {
    known_.emplace(key);
    const toml::node* node = table_.get(key);
    if (node == nullptr) {
        if (need == Need::mandatory) mistake(key, "missing; allowed: " + std::string(type_words));
        return nullptr;
    }
    if (node->type() == type) return node;
    mistake(key, "wrong type; allowed: " + std::string(type_words));
    return nullptr;
}

std::optional<std::string> TableReader::text(std::string_view key, Need need) {
    const toml::node* node = take(key, need, toml::node_type::string, "a text in quotes");
    if (node == nullptr) return std::nullopt;
    const std::string& found = node->as_string()->get();
    if (!found.empty() && is_clean_text(found)) return found;
    mistake(key, "empty, or has control characters; allowed: a text in quotes");
    return std::nullopt;
}

bool TableReader::has_any(std::initializer_list<std::string_view> keys) const {
    return std::any_of(keys.begin(), keys.end(), [this](std::string_view key) { return table_.contains(key); });
}

std::optional<std::int64_t> TableReader::integer(std::string_view key, std::int64_t low, std::int64_t high) {
    const std::string range = "a number from " + std::to_string(low) + " to " + std::to_string(high);
    const toml::node* node = take(key, Need::optional, toml::node_type::integer, range);
    if (node == nullptr) return std::nullopt;
    const std::int64_t found = node->as_integer()->get();
    if (low <= found && found <= high) return found;
    mistake(key, "out of range; allowed: " + range);
    return std::nullopt;
}

std::optional<bool> TableReader::boolean(std::string_view key) {
    const toml::node* node = take(key, Need::optional, toml::node_type::boolean, "true or false");
    if (node == nullptr) return std::nullopt;
    return node->as_boolean()->get();
}

std::vector<TextAt> TableReader::texts(std::string_view key, Need need) {
    const toml::node* node = take(key, need, toml::node_type::array, "a list of texts: [ \"...\" ]");
    std::vector<TextAt> list;
    if (node == nullptr) return list;
    const toml::array& array = *node->as_array();
    if (array.empty() && need == Need::mandatory) mistake(key, "empty; allowed: at least one text");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < array.size(); ++i) {
        const std::string path = path_of(key) + "[" + std::to_string(i) + "]";
        const std::uint32_t line = seald::line_of(array[i]);
        const auto* element = array[i].as_string();
        if (element == nullptr || element->get().empty() || !is_clean_text(element->get())) {
            mistakes_.add(line, path, "not a clean text; allowed: a text in quotes");
        } else if (!seen.insert(element->get()).second) {
            mistakes_.add(line, path, "listed twice; allowed: each once");
        } else {
            list.push_back({element->get(), line, path});
        }
    }
    return list;
}

const toml::table* TableReader::table(std::string_view key, Need need) {
    const toml::node* node = take(key, need, toml::node_type::table, "a table: [" + path_of(key) + "]");
    return node == nullptr ? nullptr : node->as_table();
}

std::vector<const toml::table*> TableReader::tables(std::string_view key, Need need) {
    const std::string words = "a list of tables: [[" + path_of(key) + "]] or [ { ... } ]";
    const toml::node* node = take(key, need, toml::node_type::array, words);
    std::vector<const toml::table*> list;
    if (node == nullptr) return list;
    const toml::array& array = *node->as_array();
    if (array.empty() && need == Need::mandatory) mistake(key, "empty; allowed: " + words);
    for (const toml::node& element : array) {
        if (element.is_table()) {
            list.push_back(element.as_table());
        } else {
            mistakes_.add(seald::line_of(element), path_of(key), "wrong type; allowed: " + words);
        }
    }
    return list;
}

void TableReader::unsupported(std::string_view key, std::string_view words) {
    unsupported_.emplace(key);
    if (table_.contains(key)) mistake(key, std::string(words));
}

std::string TableReader::unknown(std::string_view key) const {
    const auto nearest = nearest_word(key, known_);
    std::string problem = "unknown key";
    if (nearest) problem += ", did you mean \"" + *nearest + "\"?";
    problem += "; allowed: ";
    bool first = true;
    for (const std::string& word : known_) {
        problem += (first ? "" : ", ") + word;
        first = false;
    }
    return problem;
}

void TableReader::finish() {
    for (const auto& [key, node] : table_) {
        if (known_.contains(key.str()) || unsupported_.contains(key.str())) continue;
        mistakes_.add(seald::line_of(node), path_of(printable(key.str())), unknown(key.str()));
    }
}

}  // namespace seald
