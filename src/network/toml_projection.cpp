// SPDX-License-Identifier: Apache-2.0
#include "network/toml_projection.hpp"

#include <filesystem>
#include <limits>

#include <fmt/format.h>

#include "network/connection_list.hpp"
#include "network/toml_value.hpp"

namespace engram {
namespace {

std::vector<double> read_reals(const TomlTable& table, const std::string& key) {
    const TomlEntry* entry = table.find(key);
    if (!entry) return {};
    if (auto value = read_value(*entry, table.place()))
        if (auto* array = std::get_if<std::vector<double>>(&value->value)) return std::move(*array);
    table.place().problem(fmt::format("{} must be an array of numbers", key), entry->line);
    return {};
}

std::vector<std::uint64_t> read_indices(const TomlTable& table, const std::string& key) {
    const TomlEntry* entry = table.find(key);
    std::vector<std::uint64_t> result;
    const auto* array = entry ? entry->node->as_array() : nullptr;
    if (!array) {
        table.place().problem(
            fmt::format("{} must be an array of indices, as {} = [0, 1, 2]", key, key),
            entry ? entry->line : 0);
        return result;
    }
    for (const auto& node : *array) {
        const auto index = node.value_exact<std::int64_t>();
        if (!index || *index < 0) {
            table.place().problem(
                fmt::format("{}[{}] (must be a whole number from 0 on)", key, result.size()),
                static_cast<int>(node.source().begin.line));
            return {};
        }
        result.push_back(static_cast<std::uint64_t>(*index));
    }
    return result;
}

ConnectionList read_list(const TomlTable& table, const std::filesystem::path& folder) {
    const std::vector<std::string> arrays{"source", "target", "weight", "delay"};
    std::vector<std::string> known = arrays;
    known.emplace_back("file");
    table.allow_only(known);
    ConnectionList list;
    if (const TomlEntry* file = table.find("file")) {
        for (const auto& key : arrays)
            if (table.find(key)) {
                table.place().problem(key + " stands beside file. Give the file or the arrays",
                                      file->line);
                return list;
            }
        const std::string name = table.text("file");
        return name.empty() ? list : read_connection_list((folder / name).string(), table.place());
    }
    list.source = read_indices(table, "source");
    list.target = read_indices(table, "target");
    list.weight = read_reals(table, "weight");
    list.delay = read_reals(table, "delay");
    return list;
}

/// `rule = "NAME"` or `rule = { NAME = { parameters } }`.
Rule read_rule(const TomlEntry& entry, const Place& place, const std::filesystem::path& folder) {
    Rule rule;
    rule.line = entry.line;
    if (auto name = entry.node->value_exact<std::string>()) {
        rule.name = *name;
        return rule;
    }
    const auto* table = entry.node->as_table();
    const auto inner = table ? in_file_order(*table) : std::vector<TomlEntry>{};
    if (inner.size() != 1 || !inner.front().node->is_table()) {
        place.problem(
            "rule must be one name or one table. Write it as rule = \"all_to_all\" or "
            "rule = { fixed_indegree = { indegree = 100 } }",
            entry.line);
        return rule;
    }
    rule.name = inner.front().key;
    const TomlTable parameters(*inner.front().node->as_table(), place.part(rule.name, entry.line));
    if (rule.name == "explicit_list")
        rule.list = std::make_shared<const ConnectionList>(read_list(parameters, folder));
    else {
        rule.parameters = parameters.parameters({});
        place_beside(folder, rule.parameters, "file");
    }
    return rule;
}

Synapse read_synapse(const TomlTable& table) {
    Synapse synapse;
    synapse.model = table.text("synapse_model", synapse.model);
    if (const auto* weight = table.find("weight"))
        synapse.weight = read_value(*weight, table.place());
    if (const auto* delay = table.find("delay")) synapse.delay = read_value(*delay, table.place());
    if (const auto* receptor = table.find("receptor_type")) {
        const std::uint64_t number = table.count("receptor_type", 0);
        if (number <= std::numeric_limits<int>::max())
            synapse.receptor_type = static_cast<int>(number);
        else table.place().problem("receptor_type is too large", receptor->line);
    }
    return synapse;
}

}  // namespace

Projection read_projection(const toml::table& table, std::size_t index, const std::string& origin,
                           std::vector<Problem>& problems) {
    Projection projection;
    projection.line = static_cast<int>(table.source().begin.line);
    // Named for messages as it is counted, since it may have neither a name nor ends.
    const TomlTable reader(table,
                           Place(problems, fmt::format("projections[{}]", index), projection.line));
    reader.allow_only(
        {"name", "source", "target", "rule", "synapse_model", "weight", "delay", "receptor_type"});
    projection.name = reader.text("name");
    projection.source = reader.text("source");
    projection.target = reader.texts("target");
    if (const auto* rule = reader.find("rule"))
        projection.rule =
            read_rule(*rule, reader.place(), std::filesystem::path(origin).parent_path());
    projection.synapse = read_synapse(reader);
    return projection;
}

}  // namespace engram
