// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sonata/node_population.hpp"

namespace engram::sonata {

/// Nodes of several populations, by the population's name; ascending.
using NodeSet = std::map<std::string, std::set<std::uint64_t>>;

/// The named sets of nodes: those of a node sets file, and one for each population.
class NodeSets {
public:
    /// `path` may be "": then there is no file, nor where `path` does not exist.
    NodeSets(std::string path, const std::vector<NodePopulation>& nodes, Findings& findings);

    /// Whether a file was named that does not exist.
    [[nodiscard]] bool file_missing() const { return missing_; }
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] bool known(const std::string& name) const;
    [[nodiscard]] std::vector<std::string> names() const;
    /// The nodes of a set that is known; notes what of it cannot be understood.
    [[nodiscard]] NodeSet nodes(const std::string& name) const;
    /// Nodes that fulfil all rules of an object.
    [[nodiscard]] NodeSet basic(const std::string& name, const Json& rules) const;

private:
    void collect(const std::string& name, std::set<std::string>& seen, NodeSet& result) const;
    /// The node types of a population that fulfil the rules, whatever these say of single nodes.
    [[nodiscard]] std::set<std::uint64_t> types_of(const std::string& name,
                                                   const NodePopulation& population,
                                                   const Json& rules) const;
    /// The nodes that the rules name; nothing where they name none.
    [[nodiscard]] static std::optional<std::set<std::uint64_t>> ids_of(const Json& rules);

    std::string path_;
    const std::vector<NodePopulation>& nodes_;
    Findings& findings_;
    Json sets_ = Json::object();
    bool missing_ = false;
};

}  // namespace engram::sonata
