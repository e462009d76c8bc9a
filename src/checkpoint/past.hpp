// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engram/communicator.hpp"

#include "core/partition.hpp"
#include "network/network.hpp"
#include "state/rank_state.hpp"

/// What a network remembers of its past besides state variables and weights, brought into a form
/// that no layout shows in: by neuron, where ranks hold it by row. Functions
/// are collective unless they say otherwise.
namespace engram::checkpoint {

/// A synapse model and a population of sources for which traces are kept; those of synapses that
/// were added to a running network (at step `since`) on their own.
struct TraceKey {
    std::string synapse_model;
    Step since = 0;
    std::size_t population = 0;
    std::size_t group = 0;  ///< among the PreTraces of a VP
};
/// Local. All of them, the same on all ranks.
std::vector<TraceKey> trace_keys(const Network& network, const RankState& state);

/// Pre-synaptic traces of this rank's neurons, as they were before the spikes in transit.
struct SourceTraces {
    std::vector<Step> last_spike;
    std::vector<std::vector<double>> values;  ///< just after it, in the order of value_names()
    std::vector<std::uint8_t> settled;
};
/// Local. What is kept for each source.
const std::vector<std::string>& value_names(const RankState& state, const TraceKey& key);
SourceTraces collect_traces(const Communicator& comm, const RankState& state, const TraceKey& key);
/// Local. The earliest last spike that is not settled; the end of time when there is none.
Step oldest_unsettled(const SourceTraces& traces);
/// Brings them to all rows of these sources. Before restore_transit().
void restore_traces(const Communicator& comm, RankState& state, const TraceKey& key,
                    const SourceTraces& traces);

/// Local. Whether plastic synapses end at the population, and such as need the slower trace.
bool has_history(const RankState& state, std::size_t population);
bool has_triplets(const RankState& state, std::size_t population);
/// Local. Calls visit(spikes, traces) for each of this rank's neurons of a population, in order:
/// its post-synaptic spikes, oldest first, as far back as anything may still ask for them, the
/// traces after the newest ones, newest first, and the slower trace after the oldest (PostHistory).
/// `oldest_unsettled`: the earliest last spike, over all pre-synaptic traces, that is not settled.
using VisitHistory =
    std::function<void(std::span<const Step>, const PostHistory::Traces&, double triplet)>;
void for_each_history(const RankState& state, std::size_t population, Step oldest_unsettled,
                      const VisitHistory& visit);
/// Local. The histories of this rank's neurons, in order, into a network that was just built.
class HistoryRestorer {
public:
    HistoryRestorer(RankState& state, std::size_t population);
    /// The next neuron's.
    void add(std::span<const Step> spikes, const PostHistory::Traces& traces, double triplet);

private:
    RankState& state_;
    std::size_t population_, vp_ = 0;
    LocalIndex neuron_ = 0;
};

/// Spikes of the last max_delay steps, in order of (step, source).
struct TransitList {
    std::vector<Step> step;
    std::vector<GlobalIndex> source;
};
/// All ranks get consecutive parts of the list of the network.
TransitList collect_transit(const Communicator& comm, const Network& network,
                            const RankState& state);
/// `part`: any part of the list on each rank. Fills the calendars and the records of spikes.
void restore_transit(const Communicator& comm, const Network& network, const Partition& partition,
                     RankState& state, const TransitList& part);

}  // namespace engram::checkpoint
