// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "engram/model.hpp"

#include "models/runge_kutta.hpp"
#include "models/synaptic_course.hpp"

namespace engram {

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

    template <class Parameters>
    static ConductanceNeuron of(const Parameters& p, double resolution) {
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
