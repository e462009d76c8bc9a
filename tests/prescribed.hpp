// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "engram/engram.hpp"

#include "core/time.hpp"

namespace engram::test {

/// The steps of a neuron's spikes, ascending, from 2 on.
using Train = std::vector<Step>;

/// Parrots that spike at the steps of `trains`, one for each.
inline void add_parrots(NetworkDescription& d, const std::string& name,
                        const std::vector<Train>& trains, const Parameters& parameters = {}) {
    d.population(name, "parrot_neuron", trains.size(), parameters);
    for (std::size_t i = 0; i < trains.size(); ++i) {
        if (trains[i].empty()) continue;
        std::vector<double> times;
        for (const Step step : trains[i]) times.push_back(to_ms(step - 1, d.resolution));
        const std::string device =
            d.device(name + std::to_string(i), "spike_generator", {{"spike_times", times}});
        ConnectionList one;
        one.source = {0};
        one.target = {i};
        d.connect(device, {name}, explicit_list(one), {.delay = d.resolution});
    }
}

/// Neurons without memory, whose V_m is what arrives in a step, and a multimeter `inputs` that
/// records it in every step.
inline void add_listeners(NetworkDescription& d, const std::string& name, std::uint64_t size) {
    d.population(name, "iaf_psc_delta", size,
                 {{"E_L", 0.0},
                  {"V_m", 0.0},
                  {"V_reset", 0.0},
                  {"V_th", 1e300},
                  {"tau_m", 1e-6 * d.resolution}});
    d.recorder("inputs", "multimeter", {name}, {{"interval", d.resolution}});
}

}  // namespace engram::test
