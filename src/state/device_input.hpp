// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "engram/device.hpp"

#include "core/random.hpp"
#include "core/types.hpp"
#include "models/registry.hpp"

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

/// When a device is active: emits at steps in (begin, end]; to targets to which it was connected
/// while the network ran, only at steps after `since`.
struct ActiveTime {
    Step begin = 0, end = 0, since = 0;
    [[nodiscard]] bool contains(Step step) const {
        return step > begin && step <= end && step > since;
    }
};

/// The same of a device that sends currents: in NEST the first that it can send is that of step 1,
/// which acts one step later than a spike of that step would.
inline ActiveTime for_currents(ActiveTime active) {
    return {active.begin > 0 ? active.begin : 1, active.end, active.since + 1};
}

/// What one device sends to one population on one VP. Called once a step: no call per neuron.
class DeviceInput {
public:
    virtual ~DeviceInput() = default;
    /// Adds what arrives at step `arrival` to the input rows of the slice: one for each receptor,
    /// and, where a device injects currents, their row as the last.
    virtual void add(Step arrival, const std::vector<double*>& inputs) = 0;
    [[nodiscard]] virtual std::size_t bytes() const = 0;
};

/// What a device is to send to a population.
struct DeviceSettings {
    const Numbers& numbers;  ///< its parameters
    const Arrays& arrays;
    double resolution = 0.1;  ///< ms
    ActiveTime active;
    std::uint64_t seed = 1;
    std::uint32_t projection = 0;  ///< part of its random numbers' counters
};

/// Makes inputs of one device model. Constant, shared by all.
class DeviceModel {
public:
    virtual ~DeviceModel() = default;
    /// nullptr where nothing is sent.
    [[nodiscard]] virtual std::unique_ptr<DeviceInput> make_input(
        std::vector<DeviceConnection> connections, const DeviceSettings& settings) const = 0;
    /// Whether it draws random numbers for each connection: these have numbers k below
    /// `most_random`.
    [[nodiscard]] virtual bool random() const = 0;
    static constexpr std::uint32_t most_random = 65536;  ///< k has 16 bits of the counter
};

/// Independent Poisson trains: the count of each connection and step is a counter-based random
/// number of (device projection, neuron, k, emission step), so it does not matter who draws it.
/// `mean(step)`: of the spikes emitted in the step that ends there.
std::unique_ptr<DeviceInput> make_poisson_input(std::vector<DeviceConnection> connections,
                                                std::function<double(Step)> mean, ActiveTime active,
                                                RandomKey key, std::uint32_t projection);

/// The same spikes for all targets, of those that are sent while active; ascending.
std::unique_ptr<DeviceInput> make_spike_input(std::vector<DeviceConnection> connections,
                                              std::vector<DeviceSpike> spikes, ActiveTime active);

/// `current(step)`, pA, from that step on, times the weight to each target while active. What holds
/// from step s to s + 1 acts in the step that ends at s + 1 + delay. That is NEST's timing: its
/// generators send one step earlier what its neurons use one step later; and none can send what
/// would hold before step 1.
std::unique_ptr<DeviceInput> make_current_input(std::vector<DeviceConnection> connections,
                                                ActiveTime active,
                                                std::function<double(Step)> current);

/// Currents that are drawn for each connection at the first active step and after every `interval`
/// steps, from the distribution that `current(step)` is then; timing as above. They are
/// counter-based random numbers of (device projection, neuron, k, number of the interval).
std::unique_ptr<DeviceInput> make_noise_input(std::vector<DeviceConnection> connections,
                                              ActiveTime active, Step interval,
                                              std::function<NormalCurrent(Step)> current,
                                              RandomKey key, std::uint32_t projection);

}  // namespace engram
