// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/partition.hpp"
#include "network/network.hpp"
#include "state/virtual_process.hpp"

namespace engram::build {

/// Makes the neurons of a VP: parameters, initial state, input rows. Run by the VP's own thread.
void populate(VirtualProcess& vp, const Network& network, const Registry& registry,
              const Partition& partition);

/// The neurons of a slice with the parameters that the network says, in the model's default state.
std::unique_ptr<NeuronBlock> make_block(const NeuronSlice& slice, const Network& network,
                                        std::size_t population, const NeuronModel& model);

/// The value of a parameter or initial state for the neurons [begin, begin + count): one number
/// when it is the same for all. Random values belong to (population's first neuron + index, name),
/// not to who draws them.
std::vector<double> neuron_values(const Value& value, const Network& network,
                                  std::size_t population, const std::string& name, NodeIndex begin,
                                  std::uint64_t count);

}  // namespace engram::build
