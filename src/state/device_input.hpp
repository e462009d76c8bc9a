// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/random.hpp"
#include "core/types.hpp"

namespace engram {

/// A connection of a device onto a neuron of this VP.
struct DeviceConnection {
    LocalIndex target = 0;  ///< within the slice
    NodeIndex node = 0;     ///< within the population
    std::uint32_t k = 0;    ///< which connection of the device onto this neuron
    double weight = 1.0;
    Step delay = 1;
    std::size_t receptor = 0;
};

/// When a device is active: emits at steps in (begin, end].
struct ActiveTime {
    Step begin = 0, end = 0;
    [[nodiscard]] bool contains(Step step) const { return step > begin && step <= end; }
};

/// What one device sends to one population on one VP. Called once a step: no call per neuron.
class DeviceInput {
public:
    virtual ~DeviceInput() = default;
    /// Adds what arrives at step `arrival` to the input rows of the slice: one for each receptor,
    /// and, where a device injects currents, their row as the last.
    virtual void add(Step arrival, const std::vector<double*>& inputs) = 0;
    [[nodiscard]] virtual std::size_t bytes() const = 0;
};

/// Independent Poisson trains: the count of each connection and step is a counter-based random
/// number of (device projection, neuron, k, emission step), so it does not matter who draws it.
std::unique_ptr<DeviceInput> make_poisson_input(std::vector<DeviceConnection> connections,
                                                double mean_per_step, ActiveTime active,
                                                RandomKey key, std::uint32_t projection);

/// The same spikes for all targets. `times`: ascending emission steps; `factors`: of the weight, or
/// empty.
std::unique_ptr<DeviceInput> make_spike_input(std::vector<DeviceConnection> connections,
                                              std::vector<Step> times, std::vector<double> factors);

/// `current(step)`, pA, times the weight to each target while active. The current of emission step
/// e acts in the step that ends at e + delay. That is NEST's timing: its generators send one step
/// earlier what its neurons use one step later.
std::unique_ptr<DeviceInput> make_current_input(std::vector<DeviceConnection> connections,
                                                ActiveTime active,
                                                std::function<double(Step)> current);

}  // namespace engram
