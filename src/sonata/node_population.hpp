// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engram/description.hpp"

#include "models/registry.hpp"
#include "hdf5/foreign_file.hpp"
#include "sonata/type_table.hpp"

namespace engram::sonata {

/// Where the parameters that types name stand, in JSON files, each of which is read once.
class ParameterFiles {
public:
    ParameterFiles(std::string folder, std::string folder_key, Findings& findings)
        : folder_(std::move(folder)), folder_key_(std::move(folder_key)), findings_(&findings) {}
    /// Those of a type: `dynamics_params` of its table. An empty object where there are none.
    const Json& of(const TypeTable& table, const TypeRow& row);
    /// The file, for messages.
    [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }

private:
    std::string folder_, folder_key_;
    Findings* findings_;
    std::map<std::string, Json> files_;
};

/// The nodes of one population, read in full on every rank. The populations of the network that
/// they make: one for each neuron model, and one of virtual nodes.
struct NodePopulation {
    std::string name;
    std::string file;
    const TypeTable* types = nullptr;
    std::vector<std::uint64_t> type;  ///< of each node
    struct Part {
        std::string population;            ///< of the network
        std::vector<std::uint64_t> nodes;  ///< ascending
        bool is_virtual = false;
    };
    std::vector<Part> parts;

    [[nodiscard]] std::uint64_t size() const { return type.size(); }
};

/// Reads `/nodes/<name>` and adds its populations to the network. Notes what is wrong.
NodePopulation read_nodes(const hdf5::ForeignFile& file, const std::string& name,
                          const TypeTable& types, ParameterFiles& parameters,
                          const Registry& registry, NetworkDescription& network,
                          Findings& findings);

}  // namespace engram::sonata
