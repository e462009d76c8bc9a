// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "engram/model.hpp"

namespace engram {

/// Spikes at the times that files give for each neuron (`spike_file`, SONATA spike files); whatever
/// arrives is ignored. A time, rounded to microseconds, that is not on the grid counts as the end
/// of the step it falls into. The trains are no part of the block: step/update.cpp adds them.
struct spike_source {
    static constexpr std::string_view doc =
        "spikes at times of its own, which spike_file (a SONATA spike file, or several) gives";
    static constexpr std::string_view source =
        "virtual nodes of Dai et al. 2020, doi:10.1371/journal.pcbi.1007696";
    static constexpr std::array<std::string_view, 1> receptors{"ignored"};
    static constexpr std::string_view input_unit = "";
    static constexpr bool spikes_from_files = true;

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
    static bool update(State&, const Constants&, const std::array<double, 1>&) { return false; }
};

}  // namespace engram
