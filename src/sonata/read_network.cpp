// SPDX-License-Identifier: Apache-2.0
#include "sonata/read_network.hpp"

#include <filesystem>
#include <list>
#include <memory>

#include <fmt/format.h>

#include "engram/error.hpp"

#include "hdf5/disk.hpp"
#include "hdf5/foreign_file.hpp"
#include "sonata/config_file.hpp"
#include "sonata/edge_types.hpp"
#include "sonata/simulation_config.hpp"

namespace engram::sonata {
namespace {

/// Reads the configurations one after another, each from what the ones before it made.
class NetworkReader {
public:
    NetworkReader(const std::string& path, const Registry& registry)
        : registry_(registry), config_(path, findings_) {
        result_.network.origin = path;
    }

    SonataNetwork read() {
        config_.know(
            config_.json(), "",
            {"manifest", "network", "networks", "components", "run", "inputs", "output", "reports",
             "conditions", "node_sets_file", "target_simulator", "version", "metadata"});
        read_circuit();
        read_simulation({config_, nodes_, result_.network, findings_, result_.output});
        for (const auto& problem : findings_.problems)
            result_.network.problems.push_back({problem, 0});
        result_.warnings = findings_.warnings;
        return std::move(result_);
    }

private:
    /// The circuit stands in a file of its own, or in the same.
    void read_circuit() {
        const std::string path = config_.file(config_.json(), "", "network", false);
        if (path.empty()) return read_networks(config_);
        const ConfigFile circuit(path, findings_);
        circuit.know(circuit.json(), "",
                     {"manifest", "networks", "components", "target_simulator", "version",
                      "metadata", "node_sets_file"});
        read_networks(circuit);
    }

    void read_networks(const ConfigFile& circuit) {
        const std::string simulator = circuit.text(circuit.json(), "", "target_simulator", false);
        if (!simulator.empty() && simulator != "NEST")
            circuit.problem(
                fmt::format("target_simulator = {} (must be NEST: others mean other "
                            "models). Use a network made for NEST",
                            simulator));
        const Json networks = circuit.section(circuit.json(), "networks");
        if (networks.empty())
            circuit.problem("networks is missing. Name the files of nodes and edges in it");
        const Json components = circuit.section(circuit.json(), "components");
        const auto folder = [&](const char* key) {
            return circuit.file(components, "components", key, false);
        };
        ParameterFiles neurons(folder("point_neuron_models_dir"), "point_neuron_models_dir",
                               findings_);
        for (const Json& entry : entries(circuit, networks, "nodes"))
            read_nodes_file(circuit, entry, neurons);
        ParameterFiles synapses(folder("synaptic_models_dir"), "synaptic_models_dir", findings_);
        for (const Json& entry : entries(circuit, networks, "edges"))
            read_edges_file(circuit, entry, synapses);
    }

    static std::vector<Json> entries(const ConfigFile& circuit, const Json& networks,
                                     const std::string& key) {
        std::vector<Json> result;
        const auto at = networks.find(key);
        if (at == networks.end()) return result;
        if (!at->is_array()) circuit.problem(fmt::format("networks.{} (must be an array)", key));
        else
            for (const Json& entry : *at) {
                if (!entry.is_object())
                    circuit.problem(fmt::format("networks.{} (must hold objects)", key));
                else if (entry.value("enabled", Json(true)) != Json(false)) result.push_back(entry);
            }
        return result;
    }

    /// What reading a file throws is a problem like others.
    template <class Read>
    void guard(Read read) {
        try {
            read();
        } catch (const Error& error) {
            findings_.problems.emplace_back(error.what());
        }
    }

    void read_nodes_file(const ConfigFile& circuit, const Json& entry, ParameterFiles& parameters) {
        circuit.know(entry, "networks.nodes",
                     {"nodes_file", "node_types_file", "enabled", "populations"});
        const std::string path = circuit.file(entry, "networks.nodes", "nodes_file", true);
        tables_.emplace_back(circuit.file(entry, "networks.nodes", "node_types_file", true),
                             "node_type_id", findings_);
        if (path.empty()) return;
        guard([&] {
            const hdf5::ForeignFile file(path);
            const auto names = file.children("/nodes");
            if (names.empty())
                findings_.problem(path, "there are no populations in /nodes. Use a file of nodes");
            for (const auto& name : names)
                guard([&] {
                    nodes_.push_back(read_nodes(file, name, tables_.back(), parameters, registry_,
                                                result_.network, findings_));
                });
        });
    }

    void read_edges_file(const ConfigFile& circuit, const Json& entry, ParameterFiles& parameters) {
        circuit.know(entry, "networks.edges",
                     {"edges_file", "edge_types_file", "enabled", "populations"});
        const std::string path = circuit.file(entry, "networks.edges", "edges_file", true);
        const TypeTable types(circuit.file(entry, "networks.edges", "edge_types_file", true),
                              "edge_type_id", findings_);
        if (path.empty()) return;
        guard([&] {
            const hdf5::ForeignFile file(path);
            const auto names = file.children("/edges");
            if (names.empty())
                findings_.problem(path, "there are no populations in /edges. Use a file of edges");
            for (const auto& name : names)
                guard([&] {
                    const EdgePopulation edges(file, name);
                    for (const auto& problem : edges.problems())
                        findings_.problems.push_back(problem);
                    if (edges.problems().empty())
                        add_projections({nodes_, parameters, registry_, result_.network, findings_},
                                        path, name, edges, types);
                });
        });
    }

    const Registry& registry_;
    Findings findings_;
    ConfigFile config_;
    SonataNetwork result_;
    std::list<TypeTable> tables_;  ///< nodes refer to them
    std::vector<NodePopulation> nodes_;
};

}  // namespace

SonataNetwork read_network(const std::string& path, const Registry& registry) {
    hdf5::require_readable(path);
    return NetworkReader(path, registry).read();
}

bool is_config(const std::string& path) {
    return std::filesystem::path(path).extension() == ".json";
}

}  // namespace engram::sonata
