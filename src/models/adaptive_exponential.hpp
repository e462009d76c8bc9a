// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "engram/model.hpp"

#include "core/exp_in_loop.hpp"
#include "models/runge_kutta.hpp"
#include "models/synaptic_course.hpp"

namespace engram {

/// The parameters of aeif_cond_exp and aeif_cond_alpha.
struct AdaptiveExponentialParameters {
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

    static constexpr auto fields() {
        using P = AdaptiveExponentialParameters;
        return std::tuple{
            field("C_m", &P::C_m, "pF", positive, "capacitance of the membrane"),
            field("Delta_T", &P::Delta_T, "mV", not_negative,
                  "slope of the exponential upstroke; with 0 the neuron spikes at V_th"),
            field("E_L", &P::E_L, "mV", any_value, "resting potential"),
            field("E_ex", &P::E_ex, "mV", any_value, "excitatory reversal potential"),
            field("E_in", &P::E_in, "mV", any_value, "inhibitory reversal potential"),
            field("I_e", &P::I_e, "pA", any_value, "constant input current"),
            field("V_peak", &P::V_peak, "mV", any_value,
                  "V_m >= V_peak is a spike, unless Delta_T is 0"),
            field("V_reset", &P::V_reset, "mV", any_value, "V_m after a spike"),
            field("V_th", &P::V_th, "mV", any_value, "where the exponential upstroke begins"),
            field("a", &P::a, "nS", any_value, "adaptation to V_m"),
            field("b", &P::b, "pA", any_value, "adaptation to spikes: what w grows by at each"),
            field("g_L", &P::g_L, "nS", positive, "leak conductance"),
            field("gsl_error_tol", &P::gsl_error_tol, "", positive,
                  "what a step of the integration may be wrong by, in mV, pA, nS"),
            field("t_ref", &P::t_ref, "ms", not_negative,
                  "refractory time, in which V_m is V_reset; rounded up to steps"),
            field("tau_minus", &P::tau_minus, "ms", positive,
                  "time constant of the post-synaptic trace that plastic synapses onto this neuron "
                  "use"),
            field("tau_syn_ex", &P::tau_syn_ex, "ms", positive,
                  "time constant of excitatory conductances; of alpha functions their rise time"),
            field("tau_syn_in", &P::tau_syn_in, "ms", positive,
                  "time constant of inhibitory conductances; of alpha functions their rise time"),
            field("tau_w", &P::tau_w, "ms", positive, "time constant of the adaptation"),
        };
    }
};

/// The adaptive exponential membrane of Brette and Gerstner with synaptic conductances of either
/// course: what aeif_cond_exp and aeif_cond_alpha share. These are their constants; a `State` has
/// V_m, w, refractory_steps, integration_step, and its conductances by `synapses()` and
/// `set(synapses)`.
///
/// V_m is reset within the step, at the end of the part of it in which it reached its peak, and
/// goes on from there. With Delta_T = 0 V_m nears its threshold slowly, and where these parts end
/// decides when it is reset: they are NEST's, hence the error of all variables, conductances
/// included, and the length of the next part are kept as there, and no attempt will do.
template <class C>
struct AdaptiveExponential {
    using Membrane = runge_kutta::Values<2>;  ///< V_m, w

    double resolution, tolerance, attempt_tolerance, per_capacitance, per_tau_w;
    double g_L, E_L, E_ex, E_in, I_e, a, b;
    double V_th, V_peak, V_reset, from_slope, per_slope;
    SynapticInputs<C> synapses;
    std::int32_t refractory_steps;

    static AdaptiveExponential of(const AdaptiveExponentialParameters& p, double resolution) {
        const bool exponential = p.Delta_T > 0.0;
        return {resolution,
                p.gsl_error_tol,
                exponential ? p.gsl_error_tol : -1.0,
                1.0 / p.C_m,
                1.0 / p.tau_w,
                p.g_L,
                p.E_L,
                p.E_ex,
                p.E_in,
                p.I_e,
                p.a,
                p.b,
                p.V_th,
                exponential ? p.V_peak : p.V_th,
                p.V_reset,
                p.g_L * p.Delta_T,
                exponential ? 1.0 / p.Delta_T : 0.0,
                {C(p.tau_syn_ex, resolution), C(p.tau_syn_in, resolution)},
                steps_up(p.t_ref, resolution)};
    }

    /// Whether integration_step matters.
    [[nodiscard]] bool keeps_step() const { return from_slope == 0.0; }

    template <class State>
    [[gnu::always_inline]] bool attempt(State& s, const std::array<double, 2>& input,
                                        double current, bool& usable) const {
        const auto slope = membrane_slope(current, s.refractory_steps != 0);
        const auto step =
            runge_kutta::take_step(Membrane{s.V_m, s.w}, resolution,
                                   synapses.template membrane_slopes<2>(s.synapses(), slope));
        usable = runge_kutta::within(step.error, attempt_tolerance) & (step.end[0] < V_peak);
        s.V_m = s.refractory_steps != 0 ? V_reset : step.end[0];
        s.w = step.end[1];
        s.set(synapses.end(s.synapses(), input[0], -input[1]));
        s.refractory_steps -= s.refractory_steps != 0 ? 1 : 0;
        return false;
    }

    template <class State>
    bool update(State& s, const std::array<double, 2>& input, double current) const {
        std::int32_t refractory = s.refractory_steps;
        bool spike = false;
        const auto slope = [&](const Membrane& y, double g_ex, double g_in) {
            return membrane_slope(current, refractory != 0)(y, g_ex, g_in);
        };
        const auto reset = [&](auto& y) {
            const bool reached = refractory == 0 && y[0] >= V_peak;
            if (refractory != 0 || reached) y[0] = V_reset;
            if (!reached) return;
            y[1] += b;
            spike = true;
            refractory = refractory_steps > 0 ? refractory_steps + 1 : 0;  // and the rest of this
        };
        constexpr double first_step = 0.01;  // ms; NEST's
        const bool keeps = keeps_step();
        const bool begins = keeps && s.integration_step == 0.0;
        double step = !keeps ? resolution : begins ? first_step : s.integration_step;
        auto y = synapses.behind(Membrane{s.V_m, s.w}, s.synapses());
        runge_kutta::integrate(y, resolution, tolerance, step, synapses.template slopes<2>(slope),
                               reset);
        s.V_m = y[0];
        s.w = y[1];
        s.set(synapses.end(s.synapses(), input[0], -input[1]));
        s.refractory_steps = refractory > 0 ? refractory - 1 : 0;
        if (keeps) s.integration_step = step;
        return spike;
    }

private:
    [[nodiscard, gnu::always_inline]] auto membrane_slope(double current, bool refractory) const {
        return [ this, current, refractory ](const Membrane& y, double g_ex, double g_in)
            __attribute__((always_inline)) {
            const double bounded = y[0] < V_peak ? y[0] : V_peak;
            const double V = refractory ? V_reset : bounded;
            const double upstroke = from_slope * math::exp_in_loop((V - V_th) * per_slope);
            const double dV = ((I_e + current) - g_L * (V - E_L) + upstroke - g_ex * (V - E_ex) -
                               g_in * (V - E_in) - y[1]) *
                              per_capacitance;
            return Membrane{refractory ? 0.0 : dV, (a * (V - E_L) - y[1]) * per_tau_w};
        };
    }
};

/// Problems of the potentials of such a neuron.
void check_adaptive_exponential(double V_reset, double V_th, double V_peak, double Delta_T,
                                std::vector<std::string>& problems);

}  // namespace engram
