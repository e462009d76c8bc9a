// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "engram/model.hpp"

namespace engram {

/// Perfect (non-leaky) integrate-and-fire neuron: V_m adds up what arrives and forgets nothing
/// until it spikes. The example of docs/add-a-model.md.
struct pif_psc_delta {
    static constexpr std::string_view doc =
        "perfect integrate-and-fire neuron whose V_m jumps by the weight of a spike";
    static constexpr std::string_view source =
        "Gerstein and Mandelbrot 1964, doi:10.1016/S0006-3495(64)86768-0";
    static constexpr std::array<std::string_view, 1> receptors{"spikes"};
    static constexpr std::string_view input_unit = "mV";

    struct Parameters {
        double C_m = 250.0;
        double I_e = 0.0;
        double V_reset = -70.0;
        double V_th = -55.0;
        double t_ref = 2.0;
        double tau_minus = 20.0;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("C_m", &Parameters::C_m, "pF", positive, "capacitance of the membrane"),
        field("I_e", &Parameters::I_e, "pA", any_value, "constant input current"),
        field("V_reset", &Parameters::V_reset, "mV", any_value, "V_m after a spike"),
        field("V_th", &Parameters::V_th, "mV", any_value, "threshold; V_m >= V_th is a spike"),
        field("t_ref", &Parameters::t_ref, "ms", not_negative,
              "refractory time; rounded up to steps"),
        field(
            "tau_minus", &Parameters::tau_minus, "ms", positive,
            "time constant of the post-synaptic trace that plastic synapses onto this neuron use"),
    };

    struct State {
        double V_m = -70.0;
        std::int32_t refractory_steps = 0;
    };
    static constexpr auto state_fields = std::tuple{
        field("V_m", &State::V_m, "mV", any_value, "membrane potential"),
        field("refractory_steps", &State::refractory_steps, "", not_negative,
              "steps that remain refractory"),
    };

    struct Constants {
        double I_e, from_current, V_th, V_reset;
        std::int32_t refractory_steps;
    };

    static Constants constants(const Parameters& p, double resolution) {
        return {p.I_e, resolution / p.C_m, p.V_th, p.V_reset, steps_up(p.t_ref, resolution)};
    }

    static void check(const Parameters& p, std::vector<std::string>& problems) {
        if (p.V_reset >= p.V_th)
            problems.push_back("V_reset = " + std::to_string(p.V_reset) +
                               " mV (must be below V_th = " + std::to_string(p.V_th) + " mV)");
    }

    static bool update(State& s, const Constants& c, const std::array<double, 1>& input,
                       double current) {
        const bool active = s.refractory_steps == 0;
        const double v = active ? s.V_m + (c.I_e + current) * c.from_current + input[0] : s.V_m;
        const std::int32_t remaining = active ? 0 : s.refractory_steps - 1;
        const bool spike = v >= c.V_th;
        s.V_m = spike ? c.V_reset : v;
        s.refractory_steps = spike ? c.refractory_steps : remaining;
        return spike;
    }
};

}  // namespace engram
