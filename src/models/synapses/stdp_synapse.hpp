// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/synapses/stdp_synapse_hom.hpp"

namespace engram {

/// Spike-timing dependent plasticity, all pairs, with power-law dependence on the weight. NEST
/// gives each synapse parameters of its own; here those of a copy of the model share them, so that
/// it is stdp_synapse_hom under the name by which most networks ask for it. The delay counts as
/// dendritic.
struct stdp_synapse {
    static constexpr std::string_view doc =
        "spike-timing dependent plasticity of all pairs, with power-law dependence on the weight";
    static constexpr std::string_view source =
        "Guetig et al. 2003, doi:10.1523/JNEUROSCI.23-09-03697.2003 (eqs 1-4); Morrison et al. "
        "2008, doi:10.1007/s00422-008-0233-1; NEST stdp_synapse";

    struct Parameters {
        double Kplus = 0.0;
        double Wmax = 100.0;
        double alpha = 1.0;
        double lambda = 0.01;
        double mu_minus = 1.0;
        double mu_plus = 1.0;
        double tau_plus = 20.0;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("Kplus", &Parameters::Kplus, "", not_negative, "pre-synaptic trace in the beginning"),
        field("Wmax", &Parameters::Wmax, "mV, pA or nS", any_value,
              "largest weight; its sign is that of the weights"),
        field("alpha", &Parameters::alpha, "", any_value, "depression relative to potentiation"),
        field("lambda", &Parameters::lambda, "", any_value, "step size"),
        field("mu_minus", &Parameters::mu_minus, "", not_negative,
              "exponent of the weight in depression"),
        field("mu_plus", &Parameters::mu_plus, "", not_negative,
              "exponent of the distance to Wmax in potentiation"),
        field("tau_plus", &Parameters::tau_plus, "ms", positive,
              "time constant of the pre-synaptic trace"),
    };

    using Constants = stdp_synapse_hom::Constants;
    static Constants constants(const Parameters& p) { return stdp_synapse_hom::constants(hom(p)); }
    static std::string objection(const Parameters& p, double weight) {
        return stdp_synapse_hom::objection(hom(p), weight);
    }
    static void with_potentiation(const Constants& c, auto&& use) {
        stdp_synapse_hom::with_potentiation(c, use);
    }
    static void with_depression(const Constants& c, auto&& use) {
        stdp_synapse_hom::with_depression(c, use);
    }

private:
    static stdp_synapse_hom::Parameters hom(const Parameters& p) {
        return {p.Wmax, p.alpha, p.lambda, p.mu_minus, p.mu_plus, p.tau_plus};
    }
};

}  // namespace engram
