// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <tuple>

#include "engram/model.hpp"

#include "models/runge_kutta.hpp"
#include "models/synaptic_course.hpp"

namespace engram {

/// The parameters of iaf_cond_exp and iaf_cond_alpha.
struct ConductanceNeuronParameters {
    double C_m = 250.0;
    double E_L = -70.0;
    double E_ex = 0.0;
    double E_in = -85.0;
    double I_e = 0.0;
    double V_reset = -60.0;
    double V_th = -55.0;
    double g_L = 16.6667;
    double t_ref = 2.0;
    double tau_minus = 20.0;
    double tau_syn_ex = 0.2;
    double tau_syn_in = 2.0;

    static constexpr auto fields() {
        using P = ConductanceNeuronParameters;
        return std::tuple{
            field("C_m", &P::C_m, "pF", positive, "capacitance of the membrane"),
            field("E_L", &P::E_L, "mV", any_value, "resting potential"),
            field("E_ex", &P::E_ex, "mV", any_value, "excitatory reversal potential"),
            field("E_in", &P::E_in, "mV", any_value, "inhibitory reversal potential"),
            field("I_e", &P::I_e, "pA", any_value, "constant input current"),
            field("V_reset", &P::V_reset, "mV", any_value, "V_m after a spike"),
            field("V_th", &P::V_th, "mV", any_value, "threshold; V_m >= V_th is a spike"),
            field("g_L", &P::g_L, "nS", positive, "leak conductance"),
            field("t_ref", &P::t_ref, "ms", not_negative,
                  "refractory time, in which V_m is V_reset; rounded up to steps"),
            field("tau_minus", &P::tau_minus, "ms", positive,
                  "time constant of the post-synaptic trace that plastic synapses onto this neuron "
                  "use"),
            field("tau_syn_ex", &P::tau_syn_ex, "ms", positive,
                  "time constant of excitatory conductances; of alpha functions their rise time"),
            field("tau_syn_in", &P::tau_syn_in, "ms", positive,
                  "time constant of inhibitory conductances; of alpha functions their rise time"),
        };
    }
};

/// A leaky membrane with synaptic conductances of either course, a threshold and a refractory time,
/// in which it is held at V_reset: what iaf_cond_exp and iaf_cond_alpha share. These are their
/// constants; a `State` has V_m, refractory_steps, and its conductances by `synapses()` and
/// `set(synapses)`.
template <class C>
struct ConductanceNeuron {
    using Membrane = runge_kutta::Values<1>;   ///< V_m
    static constexpr double tolerance = 1e-6;  ///< mV or nS: what a step may be wrong by

    double resolution, per_capacitance, g_L, E_L, E_ex, E_in, I_e, V_th, V_reset;
    SynapticInputs<C> synapses;
    std::int32_t refractory_steps;

    static ConductanceNeuron of(const ConductanceNeuronParameters& p, double resolution) {
        return {resolution,
                1.0 / p.C_m,
                p.g_L,
                p.E_L,
                p.E_ex,
                p.E_in,
                p.I_e,
                p.V_th,
                p.V_reset,
                {C(p.tau_syn_ex, resolution), C(p.tau_syn_in, resolution)},
                steps_up(p.t_ref, resolution)};
    }

    template <class State>
    [[gnu::always_inline]] bool attempt(State& s, const std::array<double, 2>& input,
                                        double current, bool& usable) const {
        const auto slope = membrane_slope(current);
        const auto step = runge_kutta::take_step(
            Membrane{s.V_m}, resolution, synapses.template membrane_slopes<1>(s.synapses(), slope));
        const double allowed = s.refractory_steps == 0 ? tolerance : infinity;
        usable = runge_kutta::within(step.error, allowed);
        return finish(s, step.end[0], input);
    }

    template <class State>
    bool update(State& s, const std::array<double, 2>& input, double current) const {
        const auto slope = membrane_slope(current);
        auto y = synapses.behind(Membrane{s.V_m}, s.synapses());
        double step = resolution;
        runge_kutta::integrate(y, resolution, tolerance, step, synapses.template slopes<1>(slope),
                               [](const auto&) {});
        return finish(s, y[0], input);
    }

private:
    [[nodiscard, gnu::always_inline]] auto membrane_slope(double current) const {
        return [ this, current ](const Membrane& y, double g_ex, double g_in)
            __attribute__((always_inline)) {
            const double V = y[0];
            return Membrane{
                ((I_e + current) - g_L * (V - E_L) - g_ex * (V - E_ex) - g_in * (V - E_in)) *
                per_capacitance};
        };
    }

    template <class State>
    [[gnu::always_inline]] bool finish(State& s, double integrated,
                                       const std::array<double, 2>& input) const {
        s.set(synapses.end(s.synapses(), input[0], -input[1]));
        const bool active = s.refractory_steps == 0;
        const double v = active ? integrated : V_reset;
        const bool spike = active & (integrated >= V_th);
        const std::int32_t remaining = active ? 0 : s.refractory_steps - 1;
        s.V_m = spike ? V_reset : v;
        s.refractory_steps = spike ? refractory_steps : remaining;
        return spike;
    }
};

}  // namespace engram
