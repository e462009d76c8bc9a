// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "engram/model.hpp"

#include "core/math.hpp"

namespace engram {

/// Leaky integrate-and-fire neuron with delta-shaped post-synaptic currents: a spike of weight w
/// lets V_m jump by w.
struct iaf_psc_delta {
    static constexpr std::string_view doc =
        "leaky integrate-and-fire neuron whose V_m jumps by the weight of a spike";
    static constexpr std::string_view source =
        "Rotter and Diesmann 1999, doi:10.1007/s004220050570 (exact integration, eq. 3); NEST "
        "iaf_psc_delta";
    static constexpr std::array<std::string_view, 1> receptors{"spikes"};
    static constexpr std::string_view input_unit = "mV";

    struct Parameters {
        double C_m = 250.0;
        double E_L = -70.0;
        double I_e = 0.0;
        double V_min = -infinity;
        double V_reset = -70.0;
        double V_th = -55.0;
        bool refractory_input = false;
        double t_ref = 2.0;
        double tau_m = 10.0;
        double tau_minus = 20.0;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("C_m", &Parameters::C_m, "pF", positive, "capacitance of the membrane"),
        field("E_L", &Parameters::E_L, "mV", any_value, "resting potential"),
        field("I_e", &Parameters::I_e, "pA", any_value, "constant input current"),
        field("V_min", &Parameters::V_min, "mV", any_value, "lower limit of V_m"),
        field("V_reset", &Parameters::V_reset, "mV", any_value, "V_m after a spike"),
        field("V_th", &Parameters::V_th, "mV", any_value, "threshold; V_m >= V_th is a spike"),
        field("refractory_input", &Parameters::refractory_input, "", any_value,
              "input of the refractory time is kept, decaying with tau_m, and added at its end"),
        field("t_ref", &Parameters::t_ref, "ms", not_negative,
              "refractory time; rounded up to steps"),
        field("tau_m", &Parameters::tau_m, "ms", positive, "time constant of the membrane"),
        field(
            "tau_minus", &Parameters::tau_minus, "ms", positive,
            "time constant of the post-synaptic trace that plastic synapses onto this neuron use"),
    };

    struct State {
        double V_m = -70.0;
        std::int32_t refractory_steps = 0;
        double refractory_sum = 0.0;
    };
    static constexpr auto state_fields = std::tuple{
        field("V_m", &State::V_m, "mV", any_value, "membrane potential"),
        field("refractory_steps", &State::refractory_steps, "", not_negative,
              "steps that remain refractory"),
        field("refractory_sum", &State::refractory_sum, "mV", any_value,
              "input kept while refractory"),
    };

    static constexpr std::size_t common_state_fields = 2;

    struct Constants {
        double decay, rest, I_e, from_current, V_th, V_reset, V_min;
        std::int32_t refractory_steps;
        double keep_input;
    };

    static Constants constants(const Parameters& p, double resolution) {
        const double decay = math::exp(-resolution / p.tau_m);
        return {decay,
                p.E_L,
                p.I_e,
                p.tau_m / p.C_m * (1.0 - decay),
                p.V_th,
                p.V_reset,
                p.V_min,
                steps_up(p.t_ref, resolution),
                p.refractory_input ? 1.0 : 0.0};
    }

    static bool uses_all_state(const Constants& c) { return c.keep_input != 0.0; }

    static void check(const Parameters& p, std::vector<std::string>& problems) {
        require_reset_below_threshold(p.V_reset, p.V_th, problems);
    }

    static bool update(State& s, const Constants& c, const std::array<double, 1>& input,
                       double current) {
        const bool active = s.refractory_steps == 0;
        double v = c.rest + (s.V_m - c.rest) * c.decay + (c.I_e + current) * c.from_current +
                   input[0] + s.refractory_sum;
        v = v < c.V_min ? c.V_min : v;
        v = active ? v : s.V_m;
        s.refractory_sum = active ? 0.0 : (s.refractory_sum + input[0] * c.keep_input) * c.decay;
        const std::int32_t remaining = active ? 0 : s.refractory_steps - 1;
        const bool spike = v >= c.V_th;
        s.V_m = spike ? c.V_reset : v;
        s.refractory_steps = spike ? c.refractory_steps : remaining;
        return spike;
    }
};

}  // namespace engram
