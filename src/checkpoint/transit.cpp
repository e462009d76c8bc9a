// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "parallel/collectives.hpp"
#include "step/receive.hpp"
#include "checkpoint/past.hpp"

namespace engram::checkpoint {
namespace {

struct SourceSpike {
    Step step;
    GlobalIndex source;
    bool operator<(const SourceSpike& other) const {
        return std::tie(step, source) < std::tie(other.step, other.source);
    }
};

struct RowSpike {
    Step step;
    Row row;
    bool operator<(const RowSpike& other) const {
        return std::tie(step, row) < std::tie(other.step, other.row);
    }
};

/// Collective. What all ranks sent to this one, ascending.
template <class T>
std::vector<T> exchange_and_sort(const Communicator& comm,
                                 const std::vector<std::vector<T>>& outgoing) {
    std::vector<T> result;
    for (const auto& part : parallel::exchange(comm, outgoing))
        result.insert(result.end(), part.begin(), part.end());
    std::sort(result.begin(), result.end());
    return result;
}

/// The index in the network of a neuron of a VP.
GlobalIndex global_index(const Network& network, const VirtualProcess& vp, LocalIndex neuron) {
    std::size_t p = 0;
    while (neuron >= vp.slices[p].first + vp.slices[p].size) ++p;
    return network.populations[p].first + vp.slices[p].begin + (neuron - vp.slices[p].first);
}

std::size_t population_of(const Network& network, GlobalIndex neuron) {
    std::size_t p = 0;
    while (neuron >= network.populations[p].first + network.populations[p].size) ++p;
    return p;
}

}  // namespace

TransitList collect_transit(const Communicator& comm, const Network& network,
                            const RankState& state) {
    const auto ranks = static_cast<Step>(comm.size());
    const Step from = state.now - state.max_delay;
    std::vector<std::vector<SourceSpike>> outgoing(static_cast<std::size_t>(ranks));
    for (const auto& vp : state.vps)
        for (const TransitSpike& spike : vp.transit.spikes())
            outgoing[static_cast<std::size_t>((spike.step - from - 1) * ranks / state.max_delay)]
                .push_back({spike.step, global_index(network, vp, spike.neuron)});
    TransitList result;
    for (const SourceSpike& spike : exchange_and_sort(comm, outgoing)) {
        result.step.push_back(spike.step);
        result.source.push_back(spike.source);
    }
    return result;
}

void restore_transit(const Communicator& comm, const Network& network, const Partition& partition,
                     RankState& state, const TransitList& part) {
    const auto ranks = static_cast<std::size_t>(comm.size());
    const auto owner = [&](GlobalIndex source) {
        const std::size_t p = population_of(network, source);
        return partition.owner(p, source - network.populations[p].first);
    };
    std::vector<std::vector<SourceSpike>> to_owners(ranks);
    for (std::size_t i = 0; i < part.step.size(); ++i)
        to_owners[static_cast<std::size_t>(owner(part.source[i]) / partition.threads())].push_back(
            {part.step[i], part.source[i]});
    std::vector<std::vector<RowSpike>> along_routes(ranks);
    for (const auto& [step, source] : exchange_and_sort(comm, to_owners)) {
        auto& vp = state.vps[static_cast<std::size_t>(owner(source) % partition.threads())];
        const std::size_t p = population_of(network, source);
        const NeuronSlice& slice = vp.slices[p];
        const auto neuron = static_cast<LocalIndex>(
            slice.first + (source - network.populations[p].first - slice.begin));
        vp.transit.add({step, neuron});
        for (const SpikeRoute& route : vp.routes_of(neuron))
            along_routes[route.rank].push_back({step, route.row});
    }
    for (const auto& [step, row] : exchange_and_sort(comm, along_routes))
        for (auto& vp : state.vps) step::receive_again(vp, row, step, state.now);
}

}  // namespace engram::checkpoint
