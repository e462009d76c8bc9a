// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "engram/communicator.hpp"

#include "network/network.hpp"
#include "state/rank_state.hpp"

namespace engram {

/// What of a network that runs may be changed between two calls of run(). All are collective, check
/// everything before they change anything, and throw alike on all ranks.
struct Adjusted {
    const Communicator& comm;
    const Registry& registry;
    NetworkDescription& description;  ///< follows changes of parameters
    Network& network;                 ///< likewise
    RankState& state;
};

/// Weights in canonical order (target, source, delay), as many as the projection has synapses, or
/// one for all. A synapse keeps its receptor: a weight that calls for another one is an error.
void adjust_weights(const Adjusted& adjusted, const std::string& projection,
                    const std::vector<double>& weights);

/// One value for each neuron, or one for all.
void adjust_state(const Adjusted& adjusted, const std::string& population,
                  const std::string& variable, const std::vector<double>& values);

void adjust_population(const Adjusted& adjusted, const std::string& population,
                       const Parameters& parameters);

void adjust_device(const Adjusted& adjusted, const std::string& device,
                   const Parameters& parameters);

}  // namespace engram
