// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <tuple>

#include "parallel/collectives.hpp"
#include "checkpoint/past.hpp"

namespace engram::checkpoint {
namespace {

using Trace = PreTraces::Trace;

/// A trace on its way to a rank that has synapses of its source.
struct RowTrace {
    Row row;
    Trace trace;
};

/// Calls visit(position, routes) for this rank's neurons of a population, in order.
template <class Visit>
void for_each_neuron(const RankState& state, std::size_t population, Visit visit) {
    std::size_t position = 0;
    for (const auto& vp : state.vps) {
        const NeuronSlice& slice = vp.slices[population];
        for (LocalIndex n = 0; n < slice.size; ++n)
            visit(position++, vp.routes_of(slice.first + n));
    }
}

/// The traces of all rows of this rank before the spikes in transit: of each row from a VP that has
/// synapses of it; they all hold the same.
std::vector<Trace> traces_of_rows(const RankState& state, std::size_t group) {
    std::vector<Trace> result(state.row_sources.size());
    std::vector<bool> known(result.size(), false);
    std::size_t left = result.size();
    for (std::size_t t = 0; t < state.vps.size() && left > 0; ++t) {
        const SynapseTable& table = state.vps[t].synapses;
        const auto traces = table.traces[group].before(state.now - state.max_delay);
        for (Row row = 0; row < result.size(); ++row) {
            if (known[row] || table.row(row).empty()) continue;
            result[row] = traces[row];
            known[row] = true;
            --left;
        }
    }
    return result;
}

}  // namespace

std::vector<TraceKey> trace_keys(const Network& network, const RankState& state) {
    std::vector<TraceKey> keys;
    for (std::size_t i = 0; i < network.projections.size(); ++i) {
        const auto& p = network.projections[i];
        if (p.device) continue;
        const SynapseColumns& columns = state.vps.front().synapses.columns_of(i);
        if (columns.traces != nullptr && !columns.traces->names().empty())
            keys.push_back({p.synapse_model, p.since, p.source, columns.trace_group});
    }
    const auto order = [](const TraceKey& key) {
        return std::tie(key.synapse_model, key.since, key.population);
    };
    std::sort(keys.begin(), keys.end(),
              [&](const auto& a, const auto& b) { return order(a) < order(b); });
    keys.erase(std::unique(keys.begin(), keys.end(),
                           [&](const auto& a, const auto& b) { return order(a) == order(b); }),
               keys.end());
    return keys;
}

const std::vector<std::string>& value_names(const RankState& state, const TraceKey& key) {
    return state.vps.front().synapses.traces[key.group].names();
}

SourceTraces collect_traces(const Communicator& comm, const RankState& state, const TraceKey& key) {
    // Each neuron asks the first rank that has synapses of it; answers come in the order of asking.
    std::vector<std::vector<Row>> asking(static_cast<std::size_t>(comm.size()));
    for_each_neuron(state, key.population, [&](std::size_t, std::span<const SpikeRoute> routes) {
        if (!routes.empty()) asking[routes.front().rank].push_back(routes.front().row);
    });
    const auto asked = parallel::exchange(comm, asking);
    std::vector<std::vector<Trace>> answering(asked.size());
    parallel::collectively(comm, [&] {
        const auto traces = traces_of_rows(state, key.group);
        for (std::size_t r = 0; r < asked.size(); ++r)
            for (const Row row : asked[r]) answering[r].push_back(traces[row]);
    });
    const auto answers = parallel::exchange(comm, answering);
    SourceTraces result;
    result.values.resize(value_names(state, key).size());
    std::vector<std::size_t> next(answers.size(), 0);
    for_each_neuron(state, key.population, [&](std::size_t, std::span<const SpikeRoute> routes) {
        Trace trace;  // of a neuron without synapses
        if (!routes.empty()) {
            const std::size_t rank = routes.front().rank;
            trace = answers[rank][next[rank]++];
        }
        result.last_spike.push_back(trace.last);
        for (std::size_t i = 0; i < result.values.size(); ++i)
            result.values[i].push_back(trace.values[i]);
        result.settled.push_back(trace.settled ? 1 : 0);
    });
    return result;
}

Step oldest_unsettled(const SourceTraces& traces) {
    Step oldest = std::numeric_limits<Step>::max() / 2;
    for (std::size_t n = 0; n < traces.settled.size(); ++n)
        if (traces.settled[n] == 0) oldest = std::min(oldest, traces.last_spike[n]);
    return oldest;
}

void restore_traces(const Communicator& comm, RankState& state, const TraceKey& key,
                    const SourceTraces& traces) {
    std::vector<std::vector<RowTrace>> outgoing(static_cast<std::size_t>(comm.size()));
    for_each_neuron(state, key.population, [&](std::size_t n, std::span<const SpikeRoute> routes) {
        Trace trace{traces.last_spike[n], {}, traces.settled[n] != 0};
        for (std::size_t i = 0; i < traces.values.size(); ++i)
            trace.values[i] = traces.values[i][n];
        for (const SpikeRoute& route : routes) outgoing[route.rank].push_back({route.row, trace});
    });
    const auto incoming = parallel::exchange(comm, outgoing);
    for (auto& vp : state.vps)
        for (const auto& part : incoming)
            for (const RowTrace& one : part)
                if (!vp.synapses.row(one.row).empty())
                    vp.synapses.traces[key.group].restore(one.row, one.trace);
}

}  // namespace engram::checkpoint
