// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "engram/model.hpp"

#include "core/math.hpp"
#include "models/propagators.hpp"

namespace engram {

/// Leaky integrate-and-fire neuron with alpha-shaped post-synaptic currents: after a spike of
/// weight w the current is w at its peak, tau_syn_ex later where w is positive, else tau_syn_in.
struct iaf_psc_alpha {
    static constexpr std::string_view doc =
        "leaky integrate-and-fire neuron with alpha-shaped synaptic currents";
    static constexpr std::string_view source =
        "Rotter and Diesmann 1999, doi:10.1007/s004220050570 (exact integration); NEST "
        "iaf_psc_alpha";
    static constexpr std::array<std::string_view, 2> receptors{"excitatory", "inhibitory"};
    static constexpr std::string_view input_unit = "pA";

    struct Parameters {
        double C_m = 250.0;
        double E_L = -70.0;
        double I_e = 0.0;
        double V_min = -infinity;
        double V_reset = -70.0;
        double V_th = -55.0;
        double t_ref = 2.0;
        double tau_m = 10.0;
        double tau_minus = 20.0;
        double tau_syn_ex = 2.0;
        double tau_syn_in = 2.0;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("C_m", &Parameters::C_m, "pF", positive, "capacitance of the membrane"),
        field("E_L", &Parameters::E_L, "mV", any_value, "resting potential"),
        field("I_e", &Parameters::I_e, "pA", any_value, "constant input current"),
        field("V_min", &Parameters::V_min, "mV", any_value, "lower limit of V_m"),
        field("V_reset", &Parameters::V_reset, "mV", any_value, "V_m after a spike"),
        field("V_th", &Parameters::V_th, "mV", any_value, "threshold; V_m >= V_th is a spike"),
        field("t_ref", &Parameters::t_ref, "ms", not_negative,
              "refractory time, in which currents go on but leave V_m alone; rounded up to steps"),
        field("tau_m", &Parameters::tau_m, "ms", positive, "time constant of the membrane"),
        field(
            "tau_minus", &Parameters::tau_minus, "ms", positive,
            "time constant of the post-synaptic trace that plastic synapses onto this neuron use"),
        field("tau_syn_ex", &Parameters::tau_syn_ex, "ms", positive,
              "rise time of excitatory currents"),
        field("tau_syn_in", &Parameters::tau_syn_in, "ms", positive,
              "rise time of inhibitory currents"),
    };

    struct State {
        double V_m = -70.0;
        double I_syn_ex = 0.0;
        double I_syn_in = 0.0;
        double dI_syn_ex = 0.0;
        double dI_syn_in = 0.0;
        std::int32_t refractory_steps = 0;
    };
    static constexpr auto state_fields = std::tuple{
        field("V_m", &State::V_m, "mV", any_value, "membrane potential"),
        field("I_syn_ex", &State::I_syn_ex, "pA", any_value, "excitatory synaptic current"),
        field("I_syn_in", &State::I_syn_in, "pA", any_value, "inhibitory synaptic current"),
        field("dI_syn_ex", &State::dI_syn_ex, "pA/ms", any_value,
              "what feeds I_syn_ex: its derivative but for its decay"),
        field("dI_syn_in", &State::dI_syn_in, "pA/ms", any_value,
              "what feeds I_syn_in: its derivative but for its decay"),
        field("refractory_steps", &State::refractory_steps, "", not_negative,
              "steps that remain refractory"),
    };

    /// How the current of one receptor moves by a step.
    struct Current {
        double decay;                    ///< of it and of what feeds it
        double growth;                   ///< pA of it for each pA/ms that feeds it
        double jump;                     ///< pA/ms for each pA of weight
        double from_current, from_feed;  ///< mV of V_m for each pA, and each pA/ms
    };
    struct Constants {
        double decay, rest, I_e, from_current, V_th, V_reset, V_min;
        Current ex, in;
        std::int32_t refractory_steps;
    };

    static Constants constants(const Parameters& p, double resolution) {
        const double decay = math::exp(-resolution / p.tau_m);
        const auto current = [&](double tau_syn) {
            const double synaptic = math::exp(-resolution / tau_syn);
            return Current{synaptic, resolution * synaptic, math::exp(1.0) / tau_syn,
                           propagators::exponential_current(resolution, tau_syn, p.tau_m, p.C_m),
                           propagators::alpha_current(resolution, tau_syn, p.tau_m, p.C_m)};
        };
        return {decay,
                p.E_L,
                p.I_e,
                p.tau_m / p.C_m * (1.0 - decay),
                p.V_th,
                p.V_reset,
                p.V_min,
                current(p.tau_syn_ex),
                current(p.tau_syn_in),
                steps_up(p.t_ref, resolution)};
    }

    static void check(const Parameters& p, std::vector<std::string>& problems) {
        require_reset_below_threshold(p.V_reset, p.V_th, problems);
    }

    static bool update(State& s, const Constants& c, const std::array<double, 2>& input,
                       double current) {
        const bool active = s.refractory_steps == 0;
        double v = c.rest + (s.V_m - c.rest) * c.decay + (c.I_e + current) * c.from_current +
                   (s.I_syn_ex * c.ex.from_current + s.dI_syn_ex * c.ex.from_feed) +
                   (s.I_syn_in * c.in.from_current + s.dI_syn_in * c.in.from_feed);
        v = v < c.V_min ? c.V_min : v;
        v = active ? v : s.V_m;
        advance(s.I_syn_ex, s.dI_syn_ex, c.ex, input[0]);
        advance(s.I_syn_in, s.dI_syn_in, c.in, input[1]);
        const std::int32_t remaining = active ? 0 : s.refractory_steps - 1;
        const bool spike = v >= c.V_th;
        s.V_m = spike ? c.V_reset : v;
        s.refractory_steps = spike ? c.refractory_steps : remaining;
        return spike;
    }

private:
    static void advance(double& current, double& feed, const Current& c, double weight) {
        current = current * c.decay + feed * c.growth;
        feed = feed * c.decay + weight * c.jump;
    }
};

}  // namespace engram
