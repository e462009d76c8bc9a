// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "engram/model.hpp"

#include "core/math.hpp"

namespace engram {

/// Spike-timing dependent plasticity, all pairs, with power-law dependence on the weight;
/// parameters are shared by all synapses of the model. The delay counts as dendritic.
struct stdp_synapse_hom {
    static constexpr std::string_view doc =
        "spike-timing dependent plasticity of all pairs; parameters shared by all synapses of the "
        "model";
    static constexpr std::string_view source =
        "Guetig et al. 2003, doi:10.1523/JNEUROSCI.23-09-03697.2003 (eqs 1-4); Morrison et al. "
        "2007, "
        "doi:10.1162/neco.2007.19.6.1437; NEST stdp_synapse_hom";

    struct Parameters {
        double Wmax = 100.0;
        double alpha = 1.0;
        double lambda = 0.01;
        double mu_minus = 1.0;
        double mu_plus = 1.0;
        double tau_plus = 20.0;
    };
    static constexpr auto parameter_fields = std::tuple{
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

    struct Constants {
        double sign, bound, up, down, mu_plus, mu_minus;  ///< bound = |Wmax|
    };
    static Constants constants(const Parameters& p) {
        const double bound = std::abs(p.Wmax);
        return {std::copysign(1.0, p.Wmax), bound,     p.lambda,
                p.alpha * p.lambda,         p.mu_plus, p.mu_minus};
    }

    static std::string objection(const Parameters& p, double weight) {
        if (std::signbit(weight) != std::signbit(p.Wmax))
            return "weight and Wmax must have the same sign";
        if (std::abs(weight) > std::abs(p.Wmax)) return "the weight lies beyond Wmax";
        return {};
    }

    /// Hands `use` the change of a weight at a pairing with trace value k, for these exponents.
    static void with_potentiation(const Constants& c, auto&& use) {
        const auto clamped = [c](double w, double change) {
            const double raised = c.sign * w + change;
            return c.sign * (raised < c.bound ? raised : c.bound);
        };
        if (c.mu_plus == 1.0)
            use([c, clamped](double w, double k) {
                return clamped(w, c.up * (c.bound - c.sign * w) * k);
            });
        else if (c.mu_plus == 0.0)
            use([c, clamped](double w, double k) { return clamped(w, c.up * c.bound * k); });
        else
            use([c, clamped](double w, double k) {
                return clamped(
                    w, c.up * c.bound * math::pow(1.0 - c.sign * w / c.bound, c.mu_plus) * k);
            });
    }
    static void with_depression(const Constants& c, auto&& use) {
        const auto clamped = [c](double w, double change) {
            const double lowered = c.sign * w - change;
            return c.sign * (lowered > 0.0 ? lowered : 0.0);
        };
        if (c.mu_minus == 1.0)
            use([c, clamped](double w, double k) { return clamped(w, c.down * (c.sign * w) * k); });
        else if (c.mu_minus == 0.0)
            use([c, clamped](double w, double k) { return clamped(w, c.down * c.bound * k); });
        else
            use([c, clamped](double w, double k) {
                return clamped(w,
                               c.down * c.bound * math::pow(c.sign * w / c.bound, c.mu_minus) * k);
            });
    }
};

}  // namespace engram
