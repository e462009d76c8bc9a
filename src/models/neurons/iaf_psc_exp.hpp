// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "engram/model.hpp"

#include "core/math.hpp"
#include "models/propagators.hpp"

namespace engram {

/// Leaky integrate-and-fire neuron with exponential post-synaptic currents: a spike of weight w
/// lets a current jump by w, which decays with tau_syn_ex where w is positive, else with
/// tau_syn_in.
struct iaf_psc_exp {
    static constexpr std::string_view doc =
        "leaky integrate-and-fire neuron with exponentially decaying synaptic currents";
    static constexpr std::string_view source =
        "Rotter and Diesmann 1999, doi:10.1007/s004220050570 (exact integration); Tsodyks, Uziel "
        "and Markram 2000, doi:10.1523/JNEUROSCI.20-01-j0003.2000; NEST iaf_psc_exp without "
        "escape noise";
    static constexpr std::array<std::string_view, 2> receptors{"excitatory", "inhibitory"};
    static constexpr std::string_view input_unit = "pA";

    struct Parameters {
        double C_m = 250.0;
        double E_L = -70.0;
        double I_e = 0.0;
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
        field("V_reset", &Parameters::V_reset, "mV", any_value, "V_m after a spike"),
        field("V_th", &Parameters::V_th, "mV", any_value, "threshold; V_m >= V_th is a spike"),
        field("t_ref", &Parameters::t_ref, "ms", not_negative,
              "refractory time, in which currents decay but leave V_m alone; rounded up to steps"),
        field("tau_m", &Parameters::tau_m, "ms", positive, "time constant of the membrane"),
        field(
            "tau_minus", &Parameters::tau_minus, "ms", positive,
            "time constant of the post-synaptic trace that plastic synapses onto this neuron use"),
        field("tau_syn_ex", &Parameters::tau_syn_ex, "ms", positive,
              "time constant of excitatory currents"),
        field("tau_syn_in", &Parameters::tau_syn_in, "ms", positive,
              "time constant of inhibitory currents"),
    };

    struct State {
        double V_m = -70.0;
        double I_syn_ex = 0.0;
        double I_syn_in = 0.0;
        std::int32_t refractory_steps = 0;
    };
    static constexpr auto state_fields = std::tuple{
        field("V_m", &State::V_m, "mV", any_value, "membrane potential"),
        field("I_syn_ex", &State::I_syn_ex, "pA", any_value, "excitatory synaptic current"),
        field("I_syn_in", &State::I_syn_in, "pA", any_value, "inhibitory synaptic current"),
        field("refractory_steps", &State::refractory_steps, "", not_negative,
              "steps that remain refractory"),
    };

    struct Constants {
        double decay, rest, I_e, from_current, V_th, V_reset;
        double decay_ex, decay_in, from_ex, from_in;
        std::int32_t refractory_steps;
    };

    static Constants constants(const Parameters& p, double resolution) {
        const double decay = math::exp(-resolution / p.tau_m);
        return {decay,
                p.E_L,
                p.I_e,
                p.tau_m / p.C_m * (1.0 - decay),
                p.V_th,
                p.V_reset,
                math::exp(-resolution / p.tau_syn_ex),
                math::exp(-resolution / p.tau_syn_in),
                propagators::exponential_current(resolution, p.tau_syn_ex, p.tau_m, p.C_m),
                propagators::exponential_current(resolution, p.tau_syn_in, p.tau_m, p.C_m),
                steps_up(p.t_ref, resolution)};
    }

    static void check(const Parameters& p, std::vector<std::string>& problems) {
        require_reset_below_threshold(p.V_reset, p.V_th, problems);
    }

    static bool update(State& s, const Constants& c, const std::array<double, 2>& input,
                       double current) {
        const bool active = s.refractory_steps == 0;
        const double integrated = c.rest + (s.V_m - c.rest) * c.decay +
                                  (c.I_e + current) * c.from_current +
                                  (s.I_syn_ex * c.from_ex + s.I_syn_in * c.from_in);
        const double v = active ? integrated : s.V_m;
        s.I_syn_ex = s.I_syn_ex * c.decay_ex + input[0];
        s.I_syn_in = s.I_syn_in * c.decay_in + input[1];
        const std::int32_t remaining = active ? 0 : s.refractory_steps - 1;
        const bool spike = v >= c.V_th;
        s.V_m = spike ? c.V_reset : v;
        s.refractory_steps = spike ? c.refractory_steps : remaining;
        return spike;
    }
};

}  // namespace engram
