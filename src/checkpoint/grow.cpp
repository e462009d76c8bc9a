// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/grow.hpp"

#include <algorithm>
#include <limits>

#include "parallel/collectives.hpp"
#include "network/differences.hpp"
#include "build/build.hpp"
#include "store/network_state.hpp"
#include "checkpoint/past.hpp"
#include "sonata/read_edges.hpp"

namespace engram::checkpoint {
namespace {

/// Both networks, whose slices of old populations are the same on every VP.
struct Growing {
    const Communicator& comm;
    const Running& from;
    const Network& network;
    const Partition& partition;
    RankState& state;
};

/// Whether the description makes the synapses of an old projection as they were.
bool drawn_again(const Running& running, std::size_t projection) {
    return running.described && !running.network.projections[projection].edges;
}

/// Those that are not drawn: of new projections, what is in files; of old ones, what was, and all
/// where it is not what would be drawn again.
std::vector<build::StoredSynapses> synapses(const Communicator& comm, const Running& running,
                                            const Network& network, const Partition& partition) {
    const auto old = running.network.projections.size();
    const bool in_files =
        std::any_of(network.projections.begin() + static_cast<std::ptrdiff_t>(old),
                    network.projections.end(), [](const auto& p) { return p.edges != nullptr; });
    std::vector<build::StoredSynapses> result;
    if (in_files) result = sonata::read_edges(comm, network, partition);
    parallel::collectively(comm, [&] {
        result.resize(network.projections.size());
        for (std::size_t i = 0; i < old; ++i)
            if (!network.projections[i].device && !drawn_again(running, i))
                result[i] = held_synapses(running.network, i, running.partition, comm.rank(),
                                          running.state);
    });
    return result;
}

void take_neurons(const Growing& g) {
    for (std::size_t t = 0; t < g.state.vps.size(); ++t) {
        const VirtualProcess& from = g.from.state.vps[t];
        VirtualProcess& to = g.state.vps[t];
        to.events = from.events;
        to.spike_count = from.spike_count;
        for (std::size_t p = 0; p < from.slices.size(); ++p) {
            for (const auto& field : g.network.populations[p].model->states)
                to.slices[p].block->set_state(field.name, from.slices[p].block->state(field.name));
            to.slices[p].spikes = from.slices[p].spikes;
        }
    }
}

/// Synapses that learn have columns of their own, which do not depend on the rest of the network.
void take_weights(const Growing& g) {
    for (std::size_t t = 0; t < g.state.vps.size(); ++t)
        for (std::size_t i = 0; i < g.from.network.projections.size(); ++i) {
            if (g.network.projections[i].device || !drawn_again(g.from, i)) continue;
            const SynapseColumns& from = g.from.state.vps[t].synapses.columns_of(i);
            SynapseColumns& to = g.state.vps[t].synapses.columns_of(i);
            if (from.history == nullptr) continue;
            std::copy(from.weights.begin(), from.weights.end(), to.weights.begin());
            std::copy(from.weights_single.begin(), from.weights_single.end(),
                      to.weights_single.begin());
        }
}

/// Collective. Returns the earliest last spike that is not settled.
Step take_traces(const Growing& g) {
    Step oldest = std::numeric_limits<Step>::max() / 2;
    const auto keys = trace_keys(g.network, g.state);
    for (const TraceKey& old : trace_keys(g.from.network, g.from.state)) {
        const auto same = std::find_if(keys.begin(), keys.end(), [&](const TraceKey& key) {
            return key.synapse_model == old.synapse_model && key.since == old.since &&
                   key.population == old.population;
        });
        const SourceTraces traces = collect_traces(g.comm, g.from.state, old);
        oldest = std::min(oldest, oldest_unsettled(traces));
        restore_traces(g.comm, g.state, *same, traces);
    }
    return parallel::min(g.comm, oldest);
}

void take_histories(const Growing& g, Step oldest) {
    for (std::size_t p = 0; p < g.network.populations.size(); ++p) {
        if (!has_history(g.state, p)) continue;
        HistoryRestorer restorer(g.state, p);  // one that has no past begins now
        const bool had = p < g.from.network.populations.size() && has_history(g.from.state, p);
        if (!had) continue;
        // Without a past, the slower trace is 1 after the oldest spike.
        const bool slower = has_triplets(g.from.state, p);
        for_each_history(g.from.state, p, oldest,
                         [&](auto spikes, const auto& traces, double triplet) {
                             restorer.add(spikes, traces, slower ? triplet : 1.0);
                         });
    }
}

void adopt_initial_states(Population& population, const Population& described,
                          const Registry& registry) {
    const ModelInfo* model = registry.find(ModelKind::neuron, population.model);
    for (const auto& field : model->states) {
        population.parameters.erase(field.name);
        const auto at = described.parameters.find(field.name);
        if (at != described.parameters.end()) population.parameters.insert(*at);
    }
}

}  // namespace

void require_growth(NetworkDescription running, const NetworkDescription& description,
                    const Registry& registry) {
    for (const Population& described : description.populations)
        for (Population& p : running.populations)
            if (p.name == described.name) adopt_initial_states(p, described, registry);
    Problems problems;
    for (const auto& obstacle : obstacles_to_growth(running, description)) problems.add(obstacle);
    problems.throw_if_any(
        "the network cannot grow so (what runs must stay as it was described, or as it was changed "
        "since). Describe it alike, and add new populations and projections behind the old ones");
}

RankState grow(const Communicator& comm, const Running& running, Network& network,
               const Registry& registry, const Partition& partition) {
    for (std::size_t i = 0; i < network.projections.size(); ++i) {
        const auto& before = running.network.projections;
        network.projections[i].since = i < before.size() ? before[i].since : running.state.now;
    }
    RankState state = build::build(comm, network, registry, partition,
                                   synapses(comm, running, network, partition));
    state.now = running.state.now;
    const Growing g{comm, running, network, partition, state};
    parallel::collectively(comm, [&] {
        take_neurons(g);
        take_weights(g);
    });
    const Step oldest = take_traces(g);
    parallel::collectively(comm, [&] { take_histories(g, oldest); });
    restore_transit(comm, network, partition, state,
                    collect_transit(comm, running.network, running.state));
    return state;
}

}  // namespace engram::checkpoint
