// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "engram/model.hpp"

#include "core/exp_in_loop.hpp"
#include "models/runge_kutta.hpp"
#include "models/synaptic_course.hpp"

namespace engram {

/// Hodgkin-Huxley neuron with alpha-shaped post-synaptic currents, as in iaf_psc_alpha. It spikes
/// at a maximum of V_m that is not below 0 mV: at the end of the step in which V_m fell for the
/// first time, unless within t_ref of its last spike. Nothing is reset.
struct hh_psc_alpha {
    static constexpr std::string_view doc =
        "Hodgkin-Huxley neuron with alpha-shaped synaptic currents";
    static constexpr std::string_view source =
        "Hodgkin and Huxley 1952, doi:10.1113/jphysiol.1952.sp004764, with potentials as in "
        "Gerstner "
        "and Kistler 2002; NEST hh_psc_alpha";
    static constexpr std::array<std::string_view, 2> receptors{"excitatory", "inhibitory"};
    static constexpr std::string_view input_unit = "pA";

    struct Parameters {
        double C_m = 100.0;
        double E_K = -77.0;
        double E_L = -54.402;
        double E_Na = 50.0;
        double I_e = 0.0;
        double g_K = 3600.0;
        double g_L = 30.0;
        double g_Na = 12000.0;
        double t_ref = 2.0;
        double tau_minus = 20.0;
        double tau_syn_ex = 0.2;
        double tau_syn_in = 2.0;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("C_m", &Parameters::C_m, "pF", positive, "capacitance of the membrane"),
        field("E_K", &Parameters::E_K, "mV", any_value, "reversal potential of potassium"),
        field("E_L", &Parameters::E_L, "mV", any_value, "reversal potential of the leak"),
        field("E_Na", &Parameters::E_Na, "mV", any_value, "reversal potential of sodium"),
        field("I_e", &Parameters::I_e, "pA", any_value, "constant input current"),
        field("g_K", &Parameters::g_K, "nS", not_negative, "largest conductance of potassium"),
        field("g_L", &Parameters::g_L, "nS", not_negative, "leak conductance"),
        field("g_Na", &Parameters::g_Na, "nS", not_negative, "largest conductance of sodium"),
        field("t_ref", &Parameters::t_ref, "ms", not_negative,
              "time after a spike without another one; rounded up to steps"),
        field(
            "tau_minus", &Parameters::tau_minus, "ms", positive,
            "time constant of the post-synaptic trace that plastic synapses onto this neuron use"),
        field("tau_syn_ex", &Parameters::tau_syn_ex, "ms", positive,
              "rise time of excitatory currents"),
        field("tau_syn_in", &Parameters::tau_syn_in, "ms", positive,
              "rise time of inhibitory currents"),
    };

    using Inputs = SynapticInputs<AlphaCourse>;

    /// At rest at -65 mV.
    struct State {
        double V_m = -65.0;
        double Act_m = 0.05293248525724958;
        double Inact_h = 0.5961207535084603;
        double Act_n = 0.3176769140606974;
        double I_syn_ex = 0.0;
        double I_syn_in = 0.0;
        double dI_syn_ex = 0.0;
        double dI_syn_in = 0.0;
        std::int32_t refractory_steps = 0;

        [[nodiscard, gnu::always_inline]] Synapses synapses() const {
            return {{I_syn_ex, dI_syn_ex}, {I_syn_in, dI_syn_in}};
        }
    };
    static constexpr Bounds fraction{0.0, 1.0, false, "must be between 0 and 1"};
    static constexpr auto state_fields = std::tuple{
        field("V_m", &State::V_m, "mV", any_value, "membrane potential"),
        field("Act_m", &State::Act_m, "", fraction, "activation of sodium"),
        field("Inact_h", &State::Inact_h, "", fraction, "inactivation of sodium"),
        field("Act_n", &State::Act_n, "", fraction, "activation of potassium"),
        field("I_syn_ex", &State::I_syn_ex, "pA", any_value, "excitatory synaptic current"),
        field("I_syn_in", &State::I_syn_in, "pA", any_value, "inhibitory synaptic current"),
        field("dI_syn_ex", &State::dI_syn_ex, "pA/ms", any_value,
              "what feeds I_syn_ex: its derivative but for its decay"),
        field("dI_syn_in", &State::dI_syn_in, "pA/ms", any_value,
              "what feeds I_syn_in: its derivative but for its decay"),
        field("refractory_steps", &State::refractory_steps, "", not_negative,
              "steps that remain refractory"),
    };

    using Membrane = runge_kutta::Values<4>;   ///< V_m, Act_m, Inact_h, Act_n
    static constexpr double tolerance = 1e-6;  ///< what a part of a step may be wrong by

    struct Constants {
        double resolution, per_capacitance, E_K, E_L, E_Na, I_e, g_K, g_L, g_Na;
        Inputs synapses;
        std::int32_t refractory_steps;
    };

    static Constants constants(const Parameters& p, double resolution) {
        return {resolution,
                1.0 / p.C_m,
                p.E_K,
                p.E_L,
                p.E_Na,
                p.I_e,
                p.g_K,
                p.g_L,
                p.g_Na,
                {AlphaCourse(p.tau_syn_ex, resolution), AlphaCourse(p.tau_syn_in, resolution)},
                steps_up(p.t_ref, resolution)};
    }

    /// x / (1 - exp(-x)), with the exponential given.
    [[gnu::always_inline]] static double opening(double x, double exp_of_minus_x) {
        const bool small = -1e-5 < x && x < 1e-5;  // where the quotient loses digits
        const double series = 1.0 + 0.5 * x;       // wrong by less than 1e-11
        return small ? series : x / (small ? 1.0 : 1.0 - exp_of_minus_x);
    }

    [[gnu::always_inline]] static auto membrane_slope(const Constants& c, double current) {
        return [&c, current ](const Membrane& y, double I_ex, double I_in)
            __attribute__((always_inline)) {
            const auto [V, m, h, n] = y;
            // All rates but one are powers of one exponential.
            const double above = V + 65.0;
            const double slow = math::exp_in_loop(above * (-1.0 / 80.0));
            const double e2 = slow * slow, e4 = e2 * e2, fast = e4 * e4;  // exp(-above / 10)
            constexpr double exp_1 = 2.718281828459045, exp_2_5 = 12.182493960703473,
                             exp_3 = 20.085536923187668;
            const double alpha_n = 0.1 * opening((V + 55.0) * 0.1, exp_1 * fast);
            const double beta_n = 0.125 * slow;
            const double alpha_m = opening((V + 40.0) * 0.1, exp_2_5 * fast);
            const double beta_m = 4.0 * math::exp_in_loop(above * (-1.0 / 18.0));
            const double alpha_h = 0.07 * e4;
            const double beta_h = 1.0 / (1.0 + exp_3 * fast);
            const double I_Na = c.g_Na * m * m * m * h * (V - c.E_Na);
            const double I_K = c.g_K * n * n * n * n * (V - c.E_K);
            const double I_L = c.g_L * (V - c.E_L);
            return Membrane{
                ((c.I_e + current) - (I_Na + I_K + I_L) + I_ex + I_in) * c.per_capacitance,
                alpha_m * (1.0 - m) - beta_m * m, alpha_h * (1.0 - h) - beta_h * h,
                alpha_n * (1.0 - n) - beta_n * n};
        };
    }

    [[gnu::always_inline]] static bool finish(State& s, const Constants& c, const Membrane& end,
                                              const std::array<double, 2>& input) {
        const bool active = s.refractory_steps == 0;
        const bool spike = active & (end[0] >= 0.0) & (s.V_m > end[0]);
        const std::int32_t remaining = active ? 0 : s.refractory_steps - 1;
        s.refractory_steps = spike ? c.refractory_steps : remaining;
        s.V_m = end[0], s.Act_m = end[1], s.Inact_h = end[2], s.Act_n = end[3];
        const Synapses x = c.synapses.end(s.synapses(), input[0], input[1]);
        s.I_syn_ex = x.ex.value, s.dI_syn_ex = x.ex.feed;
        s.I_syn_in = x.in.value, s.dI_syn_in = x.in.feed;
        return spike;
    }

    [[gnu::always_inline]] static bool attempt(State& s, const Constants& c,
                                               const std::array<double, 2>& input, double current,
                                               bool& usable) {
        const auto slope = membrane_slope(c, current);
        const auto step =
            runge_kutta::take_step(Membrane{s.V_m, s.Act_m, s.Inact_h, s.Act_n}, c.resolution,
                                   c.synapses.membrane_slopes<4>(s.synapses(), slope));
        usable = runge_kutta::within(step.error, tolerance);
        return finish(s, c, step.end, input);
    }

    static bool update(State& s, const Constants& c, const std::array<double, 2>& input,
                       double current) {
        const auto slope = membrane_slope(c, current);
        auto y = c.synapses.behind(Membrane{s.V_m, s.Act_m, s.Inact_h, s.Act_n}, s.synapses());
        double step = c.resolution;
        runge_kutta::integrate(y, c.resolution, tolerance, step, c.synapses.slopes<4>(slope),
                               [](const auto&) {});
        return finish(s, c, {y[0], y[1], y[2], y[3]}, input);
    }
};

}  // namespace engram
