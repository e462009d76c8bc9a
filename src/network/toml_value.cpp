// SPDX-License-Identifier: Apache-2.0
#include "network/toml_value.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "network/distributions.hpp"

namespace engram {
namespace {

constexpr auto forms =
    "Write a number, true or false, a text, an array of numbers, or a random value as "
    "{ normal = { mean = 0.0, std = 1.0 } }";

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

std::optional<double> read_number(const toml::node& node) {
    if (const auto* whole = node.as_integer()) return static_cast<double>(whole->get());
    return node.value_exact<double>();
}

/// All elements, or nothing when one is of another type.
template <class T, class Read>
std::optional<std::vector<T>> read_elements(const toml::array& array, Read read) {
    std::vector<T> result;
    result.reserve(array.size());
    for (const auto& node : array) {
        std::optional<T> element = read(node);
        if (!element) return std::nullopt;
        result.push_back(std::move(*element));
    }
    return result;
}

std::optional<std::vector<std::string>> read_texts(const toml::array& array) {
    return read_elements<std::string>(
        array, [](const toml::node& n) { return n.value_exact<std::string>(); });
}

std::vector<std::string> distribution_names() {
    std::vector<std::string> names;
    for (const auto& d : distributions) names.emplace_back(d.name);
    return names;
}

std::optional<Random> read_distribution(const Distribution& wanted, const TomlTable& table) {
    std::vector<std::string> known;
    Random random{.kind = wanted.kind, .a = 0.0, .b = 0.0};
    bool complete = true;
    const auto read = [&](std::string_view key, double& member) {
        if (key.empty()) return;
        known.emplace_back(key);
        if (!table.find(key)) {
            table.place().problem(fmt::format("{} is missing", key));
            complete = false;
        }
        member = table.number(key, 0.0);
    };
    read(wanted.a, random.a);
    read(wanted.b, random.b);
    random.min = table.number(wanted.min, random.min);
    random.max = table.number(wanted.max, random.max);
    known.emplace_back(wanted.min);
    known.emplace_back(wanted.max);
    table.allow_only(known);
    return complete ? std::optional(random) : std::nullopt;
}

std::optional<Random> read_random(const toml::table& table, const TomlEntry& entry,
                                  const Place& place) {
    if (table.size() != 1) {
        place.problem(fmt::format("{} is a table (and no random value). {}", entry.key, forms),
                      entry.line);
        return std::nullopt;
    }
    const TomlEntry inner = in_file_order(table).front();
    const auto* wanted = std::find_if(std::begin(distributions), std::end(distributions),
                                      [&](const auto& d) { return d.name == inner.key; });
    if (wanted == std::end(distributions)) {
        place.problem(fmt::format("{}: unknown distribution '{}'. {}", entry.key, inner.key,
                                  suggestion(inner.key, distribution_names())),
                      entry.line);
        return std::nullopt;
    }
    if (const auto* parameters = inner.node->as_table())
        return read_distribution(
            *wanted, TomlTable(*parameters, place.part(entry.key + ": " + inner.key, entry.line)));
    place.problem(
        fmt::format("{}: {} has no parameters. Write them as {{ {} = {{ {} = 1.0, ... }} }}",
                    entry.key, inner.key, inner.key, wanted->a),
        entry.line);
    return std::nullopt;
}

std::optional<Value> read_array(const toml::array& array) {
    if (auto numbers = read_elements<double>(array, read_number)) return Value(std::move(*numbers));
    if (auto names = read_texts(array)) return Value(std::move(*names));
    return std::nullopt;
}

}  // namespace

const std::vector<std::string>& section_names() {
    static const std::vector<std::string> names{"simulation",  "synapse_models", "populations",
                                                "devices",     "projections",    "recorders",
                                                "checkpoints", "guard"};
    return names;
}

std::vector<TomlEntry> in_file_order(const toml::table& table) {
    std::vector<std::pair<toml::source_position, TomlEntry>> entries;
    for (const auto& [key, node] : table) {
        // A table has no line of its own when it is only named in the header of a part.
        const int line =
            node.is_table() ? static_cast<int>(key.source().begin.line) : line_of(node);
        entries.push_back({key.source().begin, {std::string(key.str()), &node, line}});
    }
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<TomlEntry> result;
    result.reserve(entries.size());
    for (auto& entry : entries) result.push_back(std::move(entry.second));
    return result;
}

std::optional<Value> read_value(const TomlEntry& entry, const Place& place) {
    const toml::node& node = *entry.node;
    if (const auto* table = node.as_table()) {
        const std::optional<Random> random = read_random(*table, entry, place);
        if (!random) return std::nullopt;
        Value value(*random);
        value.line = entry.line;
        return value;
    }
    std::optional<Value> value;
    if (const auto* array = node.as_array()) value = read_array(*array);
    else if (const auto truth = node.value_exact<bool>()) value = Value(*truth);
    else if (auto text = node.value_exact<std::string>()) value = Value(std::move(*text));
    else if (const auto number = read_number(node)) value = Value(*number);
    if (value) value->line = entry.line;
    else place.problem(fmt::format("{} has no usable value. {}", entry.key, forms), entry.line);
    return value;
}

void place_beside(const std::filesystem::path& folder, Parameters& parameters,
                  const std::string& key) {
    const auto found = parameters.find(key);
    if (found == parameters.end()) return;
    const auto place = [&](std::string& name) {
        if (!name.empty())
            name = std::filesystem::absolute(folder / name).lexically_normal().string();
    };
    if (auto* one = std::get_if<std::string>(&found->second.value)) place(*one);
    if (auto* several = std::get_if<std::vector<std::string>>(&found->second.value))
        for (auto& name : *several) place(name);
}

const TomlEntry* TomlTable::find(std::string_view key) const {
    const auto at =
        std::find_if(entries_.begin(), entries_.end(), [&](const auto& e) { return e.key == key; });
    return at == entries_.end() ? nullptr : &*at;
}

std::string TomlTable::text(std::string_view key, const std::string& otherwise,
                            std::string_view example) const {
    const TomlEntry* entry = find(key);
    if (!entry) return otherwise;
    if (auto text = entry->node->value_exact<std::string>()) return *text;
    place_.problem(fmt::format("{} must be a text, as {} = \"{}\"", key, key, example),
                   entry->line);
    return otherwise;
}

std::vector<std::string> TomlTable::texts(std::string_view key) const {
    const TomlEntry* entry = find(key);
    if (!entry) return {};
    if (auto text = entry->node->value_exact<std::string>()) return {*text};
    if (const auto* array = entry->node->as_array())
        if (auto texts = read_texts(*array)) return *texts;
    place_.problem(
        fmt::format("{} must be a text or an array of texts, as {} = [\"E\", \"I\"]", key, key),
        entry->line);
    return {};
}

double TomlTable::number(std::string_view key, double otherwise) const {
    const TomlEntry* entry = find(key);
    if (!entry) return otherwise;
    if (const auto number = read_number(*entry->node)) return *number;
    place_.problem(fmt::format("{} must be a number", key), entry->line);
    return otherwise;
}

std::uint64_t TomlTable::count(std::string_view key, std::uint64_t otherwise) const {
    const TomlEntry* entry = find(key);
    if (!entry) return otherwise;
    const auto number = entry->node->value_exact<std::int64_t>();
    if (number && *number >= 0) return static_cast<std::uint64_t>(*number);
    place_.problem(fmt::format("{} must be a whole number that is not negative", key), entry->line);
    return otherwise;
}

Parameters TomlTable::parameters(const std::vector<std::string>& reserved) const {
    Parameters result;
    for (const auto& entry : entries_) {
        if (std::find(reserved.begin(), reserved.end(), entry.key) != reserved.end()) continue;
        if (auto value = read_value(entry, place_)) result.emplace(entry.key, std::move(*value));
    }
    return result;
}

void TomlTable::allow_only(const std::vector<std::string>& known) const {
    for (const auto& entry : entries_)
        if (std::find(known.begin(), known.end(), entry.key) == known.end())
            place_.problem(
                fmt::format("unknown key '{}'. {}", entry.key, suggestion(entry.key, known)),
                entry.line);
}

}  // namespace engram
