// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "engram/model.hpp"

namespace engram {

/// Spike-timing dependent plasticity of all pairs with steps that do not depend on the weight
/// (additive), between 0 and Wmax. The example of docs/add-a-model.md.
struct stdp_additive_synapse {
    static constexpr std::string_view doc =
        "spike-timing dependent plasticity of all pairs with additive steps";
    static constexpr std::string_view source = "Song, Miller and Abbott 2000, doi:10.1038/78829";

    struct Parameters {
        double Wmax = 1.0;
        double A_plus = 0.005;
        double A_minus = 0.00525;
        double tau_plus = 20.0;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("Wmax", &Parameters::Wmax, "mV, pA or nS", positive, "largest weight"),
        field("A_plus", &Parameters::A_plus, "", not_negative,
              "step of potentiation, relative to Wmax"),
        field("A_minus", &Parameters::A_minus, "", not_negative,
              "step of depression, relative to Wmax"),
        field("tau_plus", &Parameters::tau_plus, "ms", positive,
              "time constant of the pre-synaptic trace"),
    };

    struct Constants {
        double bound, up, down;
    };
    static Constants constants(const Parameters& p) {
        return {p.Wmax, p.A_plus * p.Wmax, p.A_minus * p.Wmax};
    }

    static std::string objection(const Parameters& p, double weight) {
        if (weight < 0.0 || std::signbit(weight)) return "the weight must not be negative";
        if (weight > p.Wmax) return "the weight lies beyond Wmax";
        return {};
    }

    static void with_potentiation(const Constants& c, auto&& use) {
        use([c](double w, double k) {
            const double raised = w + c.up * k;
            return raised < c.bound ? raised : c.bound;
        });
    }
    static void with_depression(const Constants& c, auto&& use) {
        use([c](double w, double k) {
            const double lowered = w - c.down * k;
            return lowered > 0.0 ? lowered : 0.0;
        });
    }
};

}  // namespace engram
