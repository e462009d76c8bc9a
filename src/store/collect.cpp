// SPDX-License-Identifier: Apache-2.0
#include "store/collect.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "parallel/collectives.hpp"
#include "store/network_state.hpp"

namespace engram {

std::vector<std::string> projection_names(const Network& network) {
    std::vector<std::string> names;
    for (const auto& p : network.projections)
        if (!p.device) names.push_back(p.name);
    return names;
}

std::size_t find_population(const Network& network, const std::string& population) {
    std::vector<std::string> names;
    for (const auto& p : network.populations) names.push_back(p.name);
    const auto at = std::find(names.begin(), names.end(), population);
    if (at == names.end())
        throw Error(fmt::format("population '{}' (there is none of this name). {}", population,
                                suggestion(population, names)));
    return static_cast<std::size_t>(at - names.begin());
}

std::size_t find_projection(const Network& network, const std::string& projection) {
    const auto& all = network.projections;
    const auto at = std::find_if(all.begin(), all.end(),
                                 [&](const auto& p) { return p.name == projection && !p.device; });
    if (at == all.end())
        throw Error(
            fmt::format("projection '{}' (there is none of this name between populations). {}",
                        projection, suggestion(projection, projection_names(network))));
    return static_cast<std::size_t>(at - all.begin());
}

std::vector<double> collect_state(const Communicator& comm, const Network& network,
                                  const RankState& state, const std::string& population,
                                  const std::string& variable) {
    const std::size_t at = find_population(network, population);
    const ModelInfo& model = *network.populations[at].model;
    std::vector<std::string> variables;
    for (const auto& field : model.states) variables.push_back(field.name);
    if (model.state(variable) == nullptr)
        throw Error(fmt::format(
            "population '{}': state variable '{}' (the model has none of this name). {}",
            population, variable, suggestion(variable, variables)));
    std::vector<double> local;
    for (const auto& vp : state.vps) {
        const auto part = vp.slices[at].block->state(variable);
        local.insert(local.end(), part.begin(), part.end());
    }
    return parallel::concatenate(comm, std::span<const double>(local));
}

ConnectionList local_connections(const Network& network, const RankState& state,
                                 std::size_t projection) {
    const auto gather = [&]<class T>(auto for_each, std::vector<T>& column) {
        for_each(network, state, projection, [&](std::span<const T> piece) {
            column.insert(column.end(), piece.begin(), piece.end());
        });
    };
    ConnectionList list;
    const auto indegree = indegrees(network, state, projection);
    std::uint64_t target = state.vps.front().slices[network.projections[projection].target].begin;
    for (const std::uint64_t synapses : indegree)
        list.target.insert(list.target.end(), synapses, target++);
    gather(for_each_source, list.source);
    gather(for_each_weight, list.weight);
    gather(for_each_delay, list.delay);
    return list;
}

ConnectionList collect_connections(const Communicator& comm, const Network& network,
                                   const RankState& state, const std::string& projection) {
    const std::size_t number = find_projection(network, projection);
    ConnectionList local;
    parallel::collectively(comm, [&] { local = local_connections(network, state, number); });
    const auto gather = [&]<class T>(std::vector<T>& column) {
        std::vector<T> all = parallel::concatenate(comm, std::span<const T>(column));
        column = {};
        return all;
    };
    ConnectionList list;
    list.source = gather(local.source);
    list.target = gather(local.target);
    list.weight = gather(local.weight);
    list.delay = gather(local.delay);
    return list;
}

}  // namespace engram
