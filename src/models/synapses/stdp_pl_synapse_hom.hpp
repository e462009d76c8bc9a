// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "engram/model.hpp"

#include "core/math.hpp"

namespace engram {

/// Spike-timing dependent plasticity, all pairs, with potentiation by a power of the weight and
/// depression in proportion to it, so that weights need no upper limit; parameters are shared by
/// all synapses of the model. The delay counts as dendritic.
struct stdp_pl_synapse_hom {
    static constexpr std::string_view doc =
        "spike-timing dependent plasticity of all pairs; potentiation is a power of the weight, "
        "depression in proportion to it";
    static constexpr std::string_view source =
        "Morrison et al. 2007, doi:10.1162/neco.2007.19.6.1437; NEST stdp_pl_synapse_hom";

    struct Parameters {
        double alpha = 1.0;
        double lambda = 0.1;
        double mu = 0.4;
        double tau_plus = 20.0;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("alpha", &Parameters::alpha, "", any_value, "depression relative to potentiation"),
        field("lambda", &Parameters::lambda, "", any_value, "step size"),
        field("mu", &Parameters::mu, "", not_negative, "exponent of the weight in potentiation"),
        field("tau_plus", &Parameters::tau_plus, "ms", positive,
              "time constant of the pre-synaptic trace"),
    };

    struct Constants {
        double up, down, mu;
    };
    static Constants constants(const Parameters& p) { return {p.lambda, p.alpha * p.lambda, p.mu}; }

    static std::string objection(const Parameters&, double weight) {
        if (std::signbit(weight)) return "the weight must not be negative";
        return {};
    }

    /// Hands `use` the change of a weight at a pairing with trace value k.
    static void with_potentiation(const Constants& c, auto&& use) {
        use([c](double w, double k) { return w + c.up * math::pow(w, c.mu) * k; });
    }
    static void with_depression(const Constants& c, auto&& use) {
        use([c](double w, double k) {
            const double lowered = w - c.down * w * k;
            return lowered > 0.0 ? lowered : 0.0;
        });
    }
};

}  // namespace engram
