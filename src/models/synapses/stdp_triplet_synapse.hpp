// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "engram/model.hpp"

namespace engram {

/// Spike-timing dependent plasticity of all pairs and triplets of spikes. NEST gives each synapse
/// parameters of its own; here those of a copy of the model share them. The delay counts as
/// dendritic. The target's tau_minus and tau_minus_triplet belong to the rule.
struct stdp_triplet_synapse {
    static constexpr std::string_view doc =
        "spike-timing dependent plasticity of all pairs and triplets of spikes";
    static constexpr std::string_view source =
        "Pfister and Gerstner 2006, doi:10.1523/JNEUROSCI.1425-06.2006 (eqs 3 and 4); NEST "
        "stdp_triplet_synapse";

    struct Parameters {
        double Aminus = 0.007;
        double Aminus_triplet = 0.00023;
        double Aplus = 5e-10;
        double Aplus_triplet = 0.0062;
        double Kplus = 0.0;
        double Kplus_triplet = 0.0;
        double Wmax = 100.0;
        double tau_plus = 16.8;
        double tau_plus_triplet = 101.0;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("Aminus", &Parameters::Aminus, "mV, pA or nS", any_value, "depression by pairs"),
        field("Aminus_triplet", &Parameters::Aminus_triplet, "mV, pA or nS", any_value,
              "depression by triplets of two pre-synaptic spikes"),
        field("Aplus", &Parameters::Aplus, "mV, pA or nS", any_value, "potentiation by pairs"),
        field("Aplus_triplet", &Parameters::Aplus_triplet, "mV, pA or nS", any_value,
              "potentiation by triplets of two post-synaptic spikes"),
        field("Kplus", &Parameters::Kplus, "", not_negative, "pre-synaptic trace in the beginning"),
        field("Kplus_triplet", &Parameters::Kplus_triplet, "", not_negative,
              "slower pre-synaptic trace in the beginning"),
        field("Wmax", &Parameters::Wmax, "mV, pA or nS", any_value,
              "largest weight; its sign is that of the weights"),
        field("tau_plus", &Parameters::tau_plus, "ms", positive,
              "time constant of the pre-synaptic trace"),
        field("tau_plus_triplet", &Parameters::tau_plus_triplet, "ms", positive,
              "time constant of the slower pre-synaptic trace"),
    };

    struct Constants {
        double sign, bound;  ///< bound = |Wmax|
        double up, up_triplet, down, down_triplet;
    };
    static Constants constants(const Parameters& p) {
        return {std::copysign(1.0, p.Wmax),
                std::abs(p.Wmax),
                p.Aplus,
                p.Aplus_triplet,
                p.Aminus,
                p.Aminus_triplet};
    }

    static std::string objection(const Parameters& p, double weight) {
        if (std::signbit(weight) != std::signbit(p.Wmax))
            return "weight and Wmax must have the same sign";
        if (std::abs(weight) > std::abs(p.Wmax)) return "the weight lies beyond Wmax";
        return {};
    }

    /// The weight after a post-synaptic spike that meets the pre-synaptic trace k_plus and the
    /// slower post-synaptic one.
    static double potentiated(const Constants& c, double w, double k_plus, double k_minus_triplet) {
        const double raised = c.sign * w + k_plus * (c.up + c.up_triplet * k_minus_triplet);
        return c.sign * (raised < c.bound ? raised : c.bound);
    }
    /// The weight after a pre-synaptic spike that meets the post-synaptic trace k_minus and the
    /// slower pre-synaptic one.
    static double depressed(const Constants& c, double w, double k_minus, double k_plus_triplet) {
        const double lowered = c.sign * w - k_minus * (c.down + c.down_triplet * k_plus_triplet);
        return c.sign * (lowered > 0.0 ? lowered : 0.0);
    }
};

}  // namespace engram
