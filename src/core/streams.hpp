// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace engram {

/// Every use of random numbers. The stream id is half of the Philox key, so two uses never meet; a
/// number once given here is never used again for something else, or stored seeds would give other
/// networks.
enum class Stream : std::uint32_t {
    rule = 1,             ///< counter: target, projection
    weight = 2,           ///< counter: target, projection; synapse by synapse
    delay = 3,            ///< likewise
    neuron_value = 4,     ///< counter: neuron, field
    poisson = 5,          ///< counter: group of 64 neurons, step, connection k, device projection
    split = 6,            ///< counter: branch of the tree over the targets or whatever else the
                          ///< projection's rule shares among its targets, projection
    dry_run_routes = 7,   ///< counter: neuron
    dry_run_spikes = 8,   ///< counter: interval, population of other ranks
    dry_run_largest = 9,  ///< counter: interval
    noise = 20,           ///< counter: pair of neurons, interval, connection k, device projection
    transmission = 15,    ///< counter: source, step; makes a key whose counter is: target,
                          ///< projection, delay and receptor, the how-manieth synapse
};

}  // namespace engram
