// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/partition.hpp"
#include "network/network.hpp"
#include "state/rank_state.hpp"
#include "build/target_synapses.hpp"
#include "store/network_file.hpp"

namespace engram {

/// How this rank's part of a population, or of a projection, is stored. Refers to the arguments.
StoredPopulation describe_population(const Network& network, std::size_t population,
                                     const Partition& partition, int rank, const RankState& state);
StoredProjection describe_projection(const Network& network, std::size_t projection,
                                     const Partition& partition, int rank, const RankState& state);

/// Collective. Writes the network as it stands: state variables and all synapses, in canonical
/// order.
void store_network(const Communicator& comm, const std::string& path, const Network& network,
                   const Partition& partition, const RankState& state);

/// The parameters that are the same for all neurons of a population, defaults included.
std::map<std::string, double> uniform_parameters(const Network::Population& population);

/// Collective. Throws with a list of all differences when the file at `path` does not fit the
/// network. Parameters may differ when `allow_changes`.
void require_fit(const Communicator& comm, const NetworkFile& file, const std::string& path,
                 const Network& network, const Partition& partition, bool allow_changes);

/// Collective. The synapses onto this rank's targets, for each projection.
std::vector<build::StoredSynapses> read_synapses(const Communicator& comm, const NetworkFile& file,
                                                 const Network& network,
                                                 const Partition& partition);

/// Local. Those that this rank holds of a projection, as they would be read from a file.
build::StoredSynapses held_synapses(const Network& network, std::size_t projection,
                                    const Partition& partition, int rank, const RankState& state);

/// Collective. Sets the state variables to the stored ones.
void read_states(const Communicator& comm, const NetworkFile& file, const Network& network,
                 RankState& state);

/// Collective. Builds the network with the synapses and state variables of the file at `path`.
RankState restore_network(const Communicator& comm, const std::string& path, const Network& network,
                          const Registry& registry, const Partition& partition, bool allow_changes);

/// The number of synapses onto each of this rank's neurons of the target population.
std::vector<std::uint64_t> indegrees(const Network& network, const RankState& state,
                                     std::size_t projection);

/// Hand over the synapses of this rank in the canonical order (target, source, delay), in bounded
/// memory: sources within their population; weights; delays in ms.
void for_each_source(const Network& network, const RankState& state, std::size_t projection,
                     const Sink<std::uint64_t>& sink);
void for_each_weight(const Network& network, const RankState& state, std::size_t projection,
                     const Sink<double>& sink);
void for_each_delay(const Network& network, const RankState& state, std::size_t projection,
                    const Sink<double>& sink);

}  // namespace engram
