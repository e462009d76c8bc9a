// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>

#include "engram/model.hpp"

namespace engram {

/// Izhikevich's neuron of two variables, by Euler steps: either as its numbers are meant, or as
/// published, with V_m in two half steps, before U_m.
///
/// The fastest neurons double a difference within a millisecond. Sums are therefore rounded where
/// NEST rounds them, and products that it adds at once are not.
struct izhikevich {
    static constexpr std::string_view doc =
        "Izhikevich's neuron of two variables, whose V_m jumps by the weight of a spike";
    static constexpr std::string_view source =
        "Izhikevich 2003, doi:10.1109/TNN.2003.820440; NEST izhikevich";
    static constexpr std::array<std::string_view, 1> receptors{"spikes"};
    static constexpr std::string_view input_unit = "mV";

    struct Parameters {
        double I_e = 0.0;
        double V_min = -infinity;
        double V_th = 30.0;
        double a = 0.02;
        double b = 0.2;
        double c = -65.0;
        double d = 8.0;
        bool consistent_integration = true;
        double tau_minus = 20.0;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("I_e", &Parameters::I_e, "pA", any_value, "constant input current"),
        field("V_min", &Parameters::V_min, "mV", any_value, "lower limit of V_m"),
        field("V_th", &Parameters::V_th, "mV", any_value, "threshold; V_m >= V_th is a spike"),
        field("a", &Parameters::a, "1/ms", any_value, "rate of the recovery variable U_m"),
        field("b", &Parameters::b, "", any_value, "how U_m depends on V_m"),
        field("c", &Parameters::c, "mV", any_value, "V_m after a spike"),
        field("d", &Parameters::d, "mV", any_value, "what U_m grows by at a spike"),
        field(
            "consistent_integration", &Parameters::consistent_integration, "", any_value,
            "Euler steps of the resolution; false: as published (meant for 1 ms), where V_m takes "
            "two half steps, input included, and U_m follows it"),
        field(
            "tau_minus", &Parameters::tau_minus, "ms", positive,
            "time constant of the post-synaptic trace that plastic synapses onto this neuron use"),
    };

    struct State {
        double V_m = -65.0;
        double U_m = 0.0;
    };
    static constexpr auto state_fields = std::tuple{
        field("V_m", &State::V_m, "mV", any_value, "membrane potential"),
        field("U_m", &State::U_m, "mV", any_value, "recovery variable"),
    };

    struct Constants {
        double step, I_e, V_min, V_th, a, b, c, d;
        double consistent;  ///< 1 or 0: a bool among doubles keeps the loop from vectors
    };

    static Constants constants(const Parameters& p, double resolution) {
        return {resolution, p.I_e, p.V_min,
                p.V_th,     p.a,   p.b,
                p.c,        p.d,   p.consistent_integration ? 1.0 : 0.0};
    }

    static bool update(State& s, const Constants& k, const std::array<double, 1>& input,
                       double current) {
        const bool consistent = k.consistent != 0.0;
        const double whole =
            s.V_m + std::fma(k.step, slope(s.V_m, s.U_m, current, k.I_e, 0.0), input[0]);
        const double half_step = 0.5 * k.step;
        const double half =
            std::fma(half_step, slope(s.V_m, s.U_m, current, k.I_e, input[0]), s.V_m);
        const double halves =
            std::fma(half_step, slope(half, s.U_m, current, k.I_e, input[0]), half);
        double v = consistent ? whole : halves;
        const double target = consistent ? s.V_m : v;
        const double u = std::fma(k.step * k.a, std::fma(k.b, target, -s.U_m), s.U_m);
        v = v < k.V_min ? k.V_min : v;
        const bool spike = v >= k.V_th;
        s.V_m = spike ? k.c : v;
        s.U_m = spike ? u + k.d : u;
        return spike;
    }

private:
    static double slope(double v, double u, double current, double I_e, double input) {
        return std::fma(0.04 * v, v, 5.0 * v) + 140.0 - u + current + I_e + input;
    }
};

}  // namespace engram
