// SPDX-License-Identifier: Apache-2.0
#include "sonata/node_sets.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace engram::sonata {
namespace {

/// A text or number of JSON and a field of a table.
bool equal(const Json& wanted, const std::string& field) {
    if (wanted.is_string()) return wanted.get<std::string>() == field;
    if (wanted.is_boolean()) return field == (wanted.get<bool>() ? "true" : "false");
    const auto number = to_number(field);
    return wanted.is_number() && number && wanted.get<double>() == *number;
}

/// Whether any of the wanted values, or the only one, is right.
template <class Right>
bool any_of(const Json& wanted, Right right) {
    if (!wanted.is_array()) return right(wanted);
    return std::any_of(wanted.begin(), wanted.end(), right);
}

}  // namespace

NodeSets::NodeSets(std::string path, const std::vector<NodePopulation>& nodes, Findings& findings)
    : path_(std::move(path)), nodes_(nodes), findings_(findings) {
    std::error_code failed;
    missing_ = !path_.empty() && !std::filesystem::exists(path_, failed);
    if (!path_.empty() && !missing_) sets_ = read_json(path_, findings_);
}

bool NodeSets::known(const std::string& name) const {
    return sets_.contains(name) ||
           std::any_of(nodes_.begin(), nodes_.end(), [&](const auto& n) { return n.name == name; });
}

std::vector<std::string> NodeSets::names() const {
    std::vector<std::string> names;
    for (const auto& [name, unused] : sets_.items()) names.push_back(name);
    for (const auto& nodes : nodes_) names.push_back(nodes.name);
    return names;
}

NodeSet NodeSets::nodes(const std::string& name) const {
    NodeSet result;
    std::set<std::string> seen;
    collect(name, seen, result);
    return result;
}

void NodeSets::collect(const std::string& name, std::set<std::string>& seen,
                       NodeSet& result) const {
    if (!seen.insert(name).second) return;  // a set that holds itself adds nothing
    const auto at = sets_.find(name);
    NodeSet found;
    if (at == sets_.end()) {
        if (!known(name)) findings_.problem(path_, fmt::format("node set '{}' is unknown", name));
        else found = basic(name, Json{{"population", name}});
    } else if (at->is_object()) {
        found = basic(name, *at);
    } else if (at->is_array()) {
        for (const auto& member : *at)
            if (member.is_string()) collect(member.get<std::string>(), seen, result);
    } else {
        findings_.problem(path_, fmt::format("node set '{}' (must be an object, or an array of "
                                             "names)",
                                             name));
    }
    for (const auto& [population, nodes] : found)
        result[population].insert(nodes.begin(), nodes.end());
}

NodeSet NodeSets::basic(const std::string& name, const Json& rules) const {
    NodeSet result;
    for (const auto& population : nodes_) {
        const auto only = rules.find("population");
        if (only != rules.end() &&
            !any_of(*only, [&](const Json& one) { return equal(one, population.name); }))
            continue;
        const std::set<std::uint64_t> types = types_of(name, population, rules);
        const auto ids = ids_of(rules);
        std::set<std::uint64_t> nodes;
        for (std::uint64_t i = 0; i < population.size(); ++i)
            if (types.contains(population.type[i]) && (!ids || ids->contains(i)))
                nodes.insert(nodes.end(), i);
        if (!nodes.empty()) result[population.name] = std::move(nodes);
    }
    return result;
}

std::optional<std::set<std::uint64_t>> NodeSets::ids_of(const Json& rules) {
    std::optional<std::set<std::uint64_t>> ids;
    for (const char* key : {"node_id", "node_ids"}) {
        const auto at = rules.find(key);
        if (at == rules.end()) continue;
        if (!ids) ids.emplace();
        any_of(*at, [&](const Json& one) {
            if (one.is_number_integer() && one.get<std::int64_t>() >= 0)
                ids->insert(one.get<std::uint64_t>());
            return false;
        });
    }
    return ids;
}

std::set<std::uint64_t> NodeSets::types_of(const std::string& name,
                                           const NodePopulation& population,
                                           const Json& rules) const {
    const auto rows = population.types->types(population.name);
    std::set<std::uint64_t> types;
    for (const TypeRow* row : rows) types.insert(row->id);
    for (const auto& rule : rules.items()) {
        const std::string& key = rule.key();
        const Json& wanted = rule.value();
        if (key == "population" || key == "node_id" || key == "node_ids") continue;
        if (std::none_of(rows.begin(), rows.end(),
                         [&](const TypeRow* row) { return row->value(key).has_value(); }))
            findings_.problem(path_, fmt::format("node set '{}': {} (is no column of {}; only "
                                                 "population, node_id and columns of the node "
                                                 "types are supported)",
                                                 name, key, population.types->path()));
        for (const TypeRow* row : rows) {
            const auto field = row->value(key);
            if (!field || !any_of(wanted, [&](const Json& one) { return equal(one, *field); }))
                types.erase(row->id);
        }
    }
    return types;
}

}  // namespace engram::sonata
