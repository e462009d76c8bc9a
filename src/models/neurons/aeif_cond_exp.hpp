// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "engram/model.hpp"

#include "models/adaptive_exponential.hpp"

namespace engram {

/// Adaptive exponential integrate-and-fire neuron with exponential synaptic conductances: a spike
/// of weight w lets g_ex jump by w where w is positive, else g_in by -w.
struct aeif_cond_exp {
    static constexpr std::string_view doc =
        "adaptive exponential integrate-and-fire neuron with exponentially decaying synaptic "
        "conductances";
    static constexpr std::string_view source =
        "Brette and Gerstner 2005, doi:10.1152/jn.00686.2005; NEST aeif_cond_exp";
    static constexpr std::array<std::string_view, 2> receptors{"excitatory", "inhibitory"};
    static constexpr std::string_view input_unit = "nS";

    using Parameters = AdaptiveExponentialParameters;
    static constexpr auto parameter_fields = Parameters::fields();

    using Constants = AdaptiveExponential<ExponentialCourse>;

    struct State {
        double V_m = -70.6;
        double w = 0.0;
        double g_ex = 0.0;
        double g_in = 0.0;
        std::int32_t refractory_steps = 0;
        double integration_step = 0.0;

        [[nodiscard, gnu::always_inline]] Synapses synapses() const {
            return {{g_ex, 0.0}, {g_in, 0.0}};
        }
        [[gnu::always_inline]] void set(const Synapses& x) { g_ex = x.ex.value, g_in = x.in.value; }
    };
    static constexpr auto state_fields = std::tuple{
        field("V_m", &State::V_m, "mV", any_value, "membrane potential"),
        field("w", &State::w, "pA", any_value, "adaptation current"),
        field("g_ex", &State::g_ex, "nS", any_value, "excitatory conductance"),
        field("g_in", &State::g_in, "nS", any_value, "inhibitory conductance"),
        field("refractory_steps", &State::refractory_steps, "", not_negative,
              "steps that remain refractory"),
        field("integration_step", &State::integration_step, "ms", not_negative,
              "with Delta_T = 0: with which step the integration goes on; 0 before it begins"),
    };

    static Constants constants(const Parameters& p, double resolution) {
        return Constants::of(p, resolution);
    }
    static void check(const Parameters& p, std::vector<std::string>& problems) {
        check_adaptive_exponential(p.V_reset, p.V_th, p.V_peak, p.Delta_T, problems);
    }
    [[gnu::always_inline]] static bool attempt(State& s, const Constants& c,
                                               const std::array<double, 2>& input, double current,
                                               bool& usable) {
        return c.attempt(s, input, current, usable);
    }
    static bool update(State& s, const Constants& c, const std::array<double, 2>& input,
                       double current) {
        return c.update(s, input, current);
    }
};

}  // namespace engram
