// SPDX-License-Identifier: Apache-2.0
#include "command/info.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "parallel/collectives.hpp"
#include "hdf5/file.hpp"
#include "store/network_file.hpp"

namespace engram::command {
namespace {

std::string list_parameters(const std::map<std::string, double>& parameters) {
    std::string text;
    for (const auto& [name, value] : parameters)
        text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", name, value);
    return text;
}

std::string network_info(const NetworkFile& file) {
    const StoredHeader& header = file.header();
    std::string text = fmt::format(
        "network file, format {} (engram {})\nmodel time {} ms, resolution {} ms, seed {}\n",
        header.version, header.engram_version, header.time_ms, header.resolution, header.seed);
    for (const auto& p : file.populations()) {
        text += fmt::format("population {}: {} x {}; each neuron:", p.name, p.size, p.model);
        for (const auto& column : p.columns) text += " " + column;
        text += "\n    " + list_parameters(p.parameters) + "\n";
    }
    for (const auto& p : file.projections()) {
        text += fmt::format("projection {}: {} -> {}, {} synapses, {}", p.name, p.source, p.target,
                            p.synapses, p.synapse_model);
        if (p.base_model != p.synapse_model) text += " (a copy of " + p.base_model + ")";
        text += "\n";
        if (!p.common.empty()) text += "    " + list_parameters(p.common) + "\n";
    }
    return text;
}

std::string report_info(const hdf5::File& file) {
    std::string text;
    for (const char* root : {"/spikes", "/report"}) {
        if (!file.exists(root)) continue;
        for (const auto& population : file.children(root)) {
            const std::string group = std::string(root) + "/" + population;
            if (root == std::string("/spikes"))
                text += fmt::format("SONATA spike report, population {}: {} spikes\n", population,
                                    file.array_size(group + "/timestamps"));
            else {
                const auto shape = file.shape(group + "/data");
                text += fmt::format("SONATA frame report, population {}: {} frames x {} neurons\n",
                                    population, shape.rows, shape.columns);
            }
        }
    }
    return text;
}

}  // namespace

std::string info(const Communicator& comm, const std::string& path) {
    bool network = false;
    std::string text;
    {
        const hdf5::File file = hdf5::File::open(comm, path);
        parallel::collectively(comm, [&] {
            network = file.exists("/edges") || file.exists("/nodes");
            if (!network) text = report_info(file);
            if (!network && text.empty())
                throw Error(
                    "'" + path +
                    "' (holds neither a network nor a recording). Name a file that Engram wrote");
        });
    }
    return network ? network_info(NetworkFile(comm, path)) : text;
}

}  // namespace engram::command
