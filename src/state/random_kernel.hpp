// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "state/synapses.hpp"

namespace engram {

/// The kernel of synapses that transmit their weight with this probability, each of them and for
/// each spike on its own, and nothing otherwise. The random number belongs to (seed, projection,
/// source, target, delay, receptor, step of emission), and to the how-manieth of the synapses that
/// agree in these: to nothing that a layout decides. Targets that are 2^32 neurons apart share it.
std::unique_ptr<SynapseKernel> make_random_kernel(double probability,
                                                  const SynapseDriver::Setting& setting);

/// The SynapseDriver of a model file in src/models/synapses with random transmission.
template <class Model>
class RandomTransmission final : public SynapseDriver {
public:
    [[nodiscard]] std::unique_ptr<SynapseKernel> make_kernel(
        const Numbers& common, const Setting& setting) const override {
        return make_random_kernel(Model::probability(parameters_of<Model>(common)), setting);
    }
    [[nodiscard]] std::unique_ptr<const PreDynamics> make_pre_dynamics(
        const Numbers&, double /*resolution*/) const override {
        return make_no_pre_traces();
    }
    [[nodiscard]] bool learns() const override { return false; }
};

}  // namespace engram
