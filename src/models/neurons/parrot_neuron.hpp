// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "engram/model.hpp"

namespace engram {

/// Repeats the spikes it receives through receptor 0: a spike that arrives at t is
/// repeated at t. Several arriving in one step are repeated as one. Receptor 1 receives without
/// repeating.
struct parrot_neuron {
    static constexpr std::string_view doc =
        "repeats every spike that arrives at receptor 0; what arrives at receptor 1 is not "
        "repeated";
    static constexpr std::string_view source =
        "NEST parrot_neuron (spikes of one step are repeated as one)";
    static constexpr std::array<std::string_view, 2> receptors{"repeated", "not repeated"};
    static constexpr std::string_view input_unit = "";

    struct Parameters {
        double tau_minus = 20.0;
    };
    static constexpr auto parameter_fields = std::tuple{
        field(
            "tau_minus", &Parameters::tau_minus, "ms", positive,
            "time constant of the post-synaptic trace that plastic synapses onto this neuron use"),
    };
    struct State {};
    static constexpr std::tuple<> state_fields{};
    struct Constants {};

    static Constants constants(const Parameters&, double) { return {}; }
    static std::size_t receptor(double) { return 0; }
    static bool update(State&, const Constants&, const std::array<double, 2>& input) {
        return input[0] != 0.0;
    }
};

}  // namespace engram
