// SPDX-License-Identifier: Apache-2.0
#include "command/info.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "parallel/collectives.hpp"
#include "models/registry.hpp"
#include "hdf5/file.hpp"
#include "hdf5/foreign_file.hpp"
#include "store/network_file.hpp"
#include "checkpoint/checkpoint_file.hpp"
#include "checkpoint/paths.hpp"
#include "checkpoint/record.hpp"
#include "sonata/edge_population.hpp"
#include "sonata/read_network.hpp"

namespace engram::command {
namespace {

std::string list_parameters(const std::map<std::string, double>& parameters) {
    std::string text;
    for (const auto& [name, value] : parameters)
        text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", name, value);
    return text;
}

std::string network_info(const NetworkFile& file, const char* kind) {
    const StoredHeader& header = file.header();
    std::string text = fmt::format(
        "{}, format {} (engram {})\nmodel time {} ms, resolution {} ms, seed {}\n", kind,
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

/// Collective.
std::string checkpoint_info(const Communicator& comm, const std::string& path) {
    const checkpoint::CheckpointFile file(comm, path);
    std::string text = network_info(file.nodes(), "checkpoint");
    text += file.stores_connectivity() ? "the synapses are stored\n"
                                       : "the synapses are made again from the description\n";
    for (const auto& [name, rows] : file.recordings())
        text += fmt::format("recording {}: {} rows\n", name, rows);
    std::error_code failed;
    if (!std::filesystem::exists(checkpoint::record_path(path), failed))
        return text + "without its record, which says when and how it was written\n";
    parallel::collectively(comm, [&] {
        const checkpoint::Record record = checkpoint::read_record(path);
        text += fmt::format("written {} by {} x {} ranks x threads in {:.2f} s, {:.1f} MiB\n",
                            record.written, record.ranks, record.threads, record.seconds,
                            static_cast<double>(record.bytes) / (1024.0 * 1024.0));
    });
    return text;
}

std::string report_info(const hdf5::File& file) {
    std::string text;
    const auto each_of = [&](const std::string& root, auto line) {
        if (!file.exists(root)) return;
        for (const auto& part : file.children(root)) text += line(part, root + "/" + part) + "\n";
    };
    each_of("/spikes", [&](const std::string& population, const std::string& group) {
        return fmt::format("SONATA spike report, population {}: {} spikes", population,
                           file.array_size(group + "/timestamps"));
    });
    each_of("/report", [&](const std::string& population, const std::string& group) {
        const auto shape = file.shape(group + "/data");
        return fmt::format("SONATA frame report, population {}: {} frames x {} neurons", population,
                           shape.rows, shape.columns);
    });
    each_of("/weights", [&](const std::string& projection, const std::string& group) {
        return fmt::format("weight report, projection {}: {} spikes that arrived", projection,
                           file.array_size(group + "/weight"));
    });
    return text;
}

/// Local. Populations and edges of a SONATA configuration.
std::string config_info(const std::string& path) {
    const auto [network, warnings, output] = sonata::read_network(path, builtin_models());
    Problems problems;
    for (const auto& problem : network.problems) problems.add(problem.text);
    problems.throw_if_any(path);
    std::string text = fmt::format("SONATA configuration\nduration {} ms, resolution {} ms\n",
                                   network.duration, network.resolution);
    std::uint64_t nodes = 0, edges = 0;
    for (const auto& p : network.populations) {
        text += fmt::format("population {}: {} x {}\n", p.name, p.size, p.model);
        nodes += p.size;
    }
    std::set<std::pair<std::string, std::string>> seen;
    for (const auto& p : network.projections) {
        const auto of_rule = [&](const char* key) {
            return std::get<std::string>(p.rule.parameters.at(key).value);
        };
        if (!seen.insert({of_rule("file"), of_rule("population")}).second) continue;
        const hdf5::ForeignFile file(of_rule("file"));
        const sonata::EdgePopulation population(file, of_rule("population"));
        text += fmt::format("edges {}: {} -> {}, {} edges\n", of_rule("population"),
                            population.source(), population.target(), population.size());
        edges += population.size();
    }
    text += fmt::format("{} nodes, {} edges\n", nodes, edges);
    for (const auto& warning : warnings) text += "warning: " + warning + "\n";
    return text;
}

}  // namespace

std::string info(const Communicator& comm, const std::string& path) {
    std::string kind, text;
    if (sonata::is_config(path)) {
        parallel::collectively(comm, [&] { text = config_info(path); });
        return text;
    }
    {
        const hdf5::File file = hdf5::File::open(comm, path);
        parallel::collectively(comm, [&] {
            kind = file.read_attribute<std::string>("/", "format");
            if (kind == StoredHeader{}.kind || kind == checkpoint::format) return;
            text = report_info(file);
            if (text.empty())
                throw Error("'" + path +
                            "' (holds neither a network nor a recording). Name a file that Engram "
                            "wrote");
        });
    }
    if (kind == checkpoint::format) return checkpoint_info(comm, path);
    return kind == StoredHeader{}.kind ? network_info(NetworkFile(comm, path), "network file")
                                       : text;
}

}  // namespace engram::command
