// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "engram/model.hpp"

namespace engram {

/// Symmetric spike-timing dependent plasticity of inhibitory synapses: every pair of spikes,
/// whoever was first, makes the synapse stronger, and every pre-synaptic spike makes it weaker by a
/// constant, so that the target settles at a rate of alpha / (2 tau). NEST gives each synapse
/// parameters of its own; here those of a copy of the model share them. The delay counts as
/// dendritic.
struct vogels_sprekeler_synapse {
    static constexpr std::string_view doc =
        "symmetric spike-timing dependent plasticity with constant depression, which holds the "
        "rate of the target";
    static constexpr std::string_view source =
        "Vogels et al. 2011, doi:10.1126/science.1211095; NEST vogels_sprekeler_synapse";

    struct Parameters {
        double Kplus = 0.0;
        double Wmax = 1.0;
        double alpha = 0.12;
        double eta = 0.001;
        double tau_plus = 20.0;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("Kplus", &Parameters::Kplus, "", not_negative, "pre-synaptic trace in the beginning"),
        field("Wmax", &Parameters::Wmax, "mV, pA or nS", any_value,
              "largest weight; its sign is that of the weights"),
        field("alpha", &Parameters::alpha, "", any_value,
              "depression by each pre-synaptic spike, in units of eta"),
        field("eta", &Parameters::eta, "mV, pA or nS", any_value, "step size"),
        field("tau", &Parameters::tau_plus, "ms", positive,
              "time constant of the pre-synaptic trace; that of the target is its tau_minus"),
    };

    struct Constants {
        double sign, bound, up, down;  ///< bound = |Wmax|
    };
    static Constants constants(const Parameters& p) {
        return {std::copysign(1.0, p.Wmax), std::abs(p.Wmax), p.eta, p.alpha * p.eta};
    }

    static std::string objection(const Parameters& p, double weight) {
        if (std::signbit(weight) != std::signbit(p.Wmax))
            return "weight and Wmax must have the same sign";
        if (std::abs(weight) > std::abs(p.Wmax)) return "the weight lies beyond Wmax";
        return {};
    }

    /// Hands `use` the change of a weight at a pairing with trace value k.
    static void with_potentiation(const Constants& c, auto&& use) {
        use([c](double w, double k) { return c.sign * raised(c, w, k); });
    }
    /// What a pre-synaptic spike does: it is paired with the post-synaptic ones before it, too.
    static void with_depression(const Constants& c, auto&& use) {
        use([c](double w, double k) {
            const double lowered = raised(c, w, k) - c.down;
            return c.sign * (lowered > 0.0 ? lowered : 0.0);
        });
    }

private:
    static double raised(const Constants& c, double w, double k) {
        const double sum = c.sign * w + c.up * k;
        return sum < c.bound ? sum : c.bound;
    }
};

}  // namespace engram
