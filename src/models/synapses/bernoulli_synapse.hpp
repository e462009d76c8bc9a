// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/model.hpp"

namespace engram {

/// A synapse that transmits each spike with a probability, and fails otherwise. Its weight does not
/// change.
struct bernoulli_synapse {
    static constexpr std::string_view doc = "synapse that transmits each spike with a probability";
    static constexpr std::string_view source =
        "Lefort et al. 2009, doi:10.1016/j.neuron.2008.12.020; NEST bernoulli_synapse";

    struct Parameters {
        double p_transmit = 1.0;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("p_transmit", &Parameters::p_transmit, "",
              Bounds{0.0, 1.0, false, "must be between 0 and 1"},
              "probability that a spike is transmitted"),
    };

    static double probability(const Parameters& p) { return p.p_transmit; }
};

}  // namespace engram
