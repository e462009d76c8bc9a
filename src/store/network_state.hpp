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

/// Collective. Sets the state variables to the stored ones.
void read_states(const Communicator& comm, const NetworkFile& file, const Network& network,
                 RankState& state);

/// The synapses of a projection on one VP ordered by (target, source, delay).
struct OrderedSynapses {
    std::vector<std::uint64_t> indegree, source;
    std::vector<double> weight, delay_ms;
};
enum class SynapseColumn { indegree, source, weight, delay };
/// Fills one column.
void order_synapses(const VirtualProcess& vp, const Network& network,
                    const std::vector<GlobalIndex>& row_sources, std::size_t projection,
                    SynapseColumn column, OrderedSynapses& out);

}  // namespace engram
