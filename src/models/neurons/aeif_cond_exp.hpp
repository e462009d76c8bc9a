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

    struct Parameters {
        double C_m = 281.0;
        double Delta_T = 2.0;
        double E_L = -70.6;
        double E_ex = 0.0;
        double E_in = -85.0;
        double I_e = 0.0;
        double V_peak = 0.0;
        double V_reset = -60.0;
        double V_th = -50.4;
        double a = 4.0;
        double b = 80.5;
        double g_L = 30.0;
        double gsl_error_tol = 1e-6;
        double t_ref = 0.0;
        double tau_minus = 20.0;
        double tau_syn_ex = 0.2;
        double tau_syn_in = 2.0;
        double tau_w = 144.0;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("C_m", &Parameters::C_m, "pF", positive, "capacitance of the membrane"),
        field("Delta_T", &Parameters::Delta_T, "mV", not_negative,
              "slope of the exponential upstroke; with 0 the neuron spikes at V_th"),
        field("E_L", &Parameters::E_L, "mV", any_value, "resting potential"),
        field("E_ex", &Parameters::E_ex, "mV", any_value, "excitatory reversal potential"),
        field("E_in", &Parameters::E_in, "mV", any_value, "inhibitory reversal potential"),
        field("I_e", &Parameters::I_e, "pA", any_value, "constant input current"),
        field("V_peak", &Parameters::V_peak, "mV", any_value,
              "V_m >= V_peak is a spike, unless Delta_T is 0"),
        field("V_reset", &Parameters::V_reset, "mV", any_value, "V_m after a spike"),
        field("V_th", &Parameters::V_th, "mV", any_value, "where the exponential upstroke begins"),
        field("a", &Parameters::a, "nS", any_value, "adaptation to V_m"),
        field("b", &Parameters::b, "pA", any_value,
              "adaptation to spikes: what w grows by at each"),
        field("g_L", &Parameters::g_L, "nS", positive, "leak conductance"),
        field("gsl_error_tol", &Parameters::gsl_error_tol, "", positive,
              "what a step of the integration may be wrong by, in mV, pA, nS"),
        field("t_ref", &Parameters::t_ref, "ms", not_negative,
              "refractory time, in which V_m is V_reset; rounded up to steps"),
        field(
            "tau_minus", &Parameters::tau_minus, "ms", positive,
            "time constant of the post-synaptic trace that plastic synapses onto this neuron use"),
        field("tau_syn_ex", &Parameters::tau_syn_ex, "ms", positive,
              "time constant of excitatory conductances"),
        field("tau_syn_in", &Parameters::tau_syn_in, "ms", positive,
              "time constant of inhibitory conductances"),
        field("tau_w", &Parameters::tau_w, "ms", positive, "time constant of the adaptation"),
    };

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
