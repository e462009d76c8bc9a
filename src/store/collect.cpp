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

std::vector<double> collect_state(const Communicator& comm, const Network& network,
                                  const RankState& state, const std::string& population,
                                  const std::string& variable) {
    std::vector<std::string> names, variables;
    for (const auto& p : network.populations) names.push_back(p.name);
    const auto at =
        static_cast<std::size_t>(std::find(names.begin(), names.end(), population) - names.begin());
    if (at == names.size())
        throw Error(fmt::format("population '{}' (there is none of this name). {}", population,
                                suggestion(population, names)));
    const ModelInfo& model = *network.populations[at].model;
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

ConnectionList collect_connections(const Communicator& comm, const Network& network,
                                   const RankState& state, const std::string& projection) {
    const auto& all = network.projections;
    const auto at = std::find_if(all.begin(), all.end(),
                                 [&](const auto& p) { return p.name == projection && !p.device; });
    if (at == all.end())
        throw Error(
            fmt::format("projection '{}' (there is none of this name between populations). {}",
                        projection, suggestion(projection, projection_names(network))));
    const auto number = static_cast<std::size_t>(at - all.begin());
    const auto gather = [&]<class T>(auto for_each, T) {
        std::vector<T> local;
        parallel::collectively(comm, [&] {
            for_each(network, state, number, [&](std::span<const T> piece) {
                local.insert(local.end(), piece.begin(), piece.end());
            });
        });
        return parallel::concatenate(comm, std::span<const T>(local));
    };
    ConnectionList list;
    const auto indegree = parallel::concatenate(
        comm, std::span<const std::uint64_t>(indegrees(network, state, number)));
    for (std::uint64_t t = 0; t < indegree.size(); ++t)
        list.target.insert(list.target.end(), indegree[t], t);
    list.source = gather(for_each_source, std::uint64_t{});
    list.weight = gather(for_each_weight, double{});
    list.delay = gather(for_each_delay, double{});
    return list;
}

}  // namespace engram
