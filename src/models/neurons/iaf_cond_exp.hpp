// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "engram/model.hpp"

#include "models/conductance_neuron.hpp"

namespace engram {

/// Leaky integrate-and-fire neuron with exponential synaptic conductances: a spike of weight w lets
/// g_ex jump by w where w is positive, else g_in by -w.
struct iaf_cond_exp {
    static constexpr std::string_view doc =
        "leaky integrate-and-fire neuron with exponentially decaying synaptic conductances";
    static constexpr std::string_view source =
        "Meffin, Burkitt and Grayden 2004, doi:10.1023/B:JCNS.0000014108.03012.81; NEST "
        "iaf_cond_exp";
    static constexpr std::array<std::string_view, 2> receptors{"excitatory", "inhibitory"};
    static constexpr std::string_view input_unit = "nS";

    using Parameters = ConductanceNeuronParameters;
    static constexpr auto parameter_fields = Parameters::fields();

    using Constants = ConductanceNeuron<ExponentialCourse>;

    struct State {
        double V_m = -70.0;
        double g_ex = 0.0;
        double g_in = 0.0;
        std::int32_t refractory_steps = 0;

        [[nodiscard, gnu::always_inline]] Synapses synapses() const {
            return {{g_ex, 0.0}, {g_in, 0.0}};
        }
        [[gnu::always_inline]] void set(const Synapses& x) { g_ex = x.ex.value, g_in = x.in.value; }
    };
    static constexpr auto state_fields = std::tuple{
        field("V_m", &State::V_m, "mV", any_value, "membrane potential"),
        field("g_ex", &State::g_ex, "nS", any_value, "excitatory conductance"),
        field("g_in", &State::g_in, "nS", any_value, "inhibitory conductance"),
        field("refractory_steps", &State::refractory_steps, "", not_negative,
              "steps that remain refractory"),
    };

    static Constants constants(const Parameters& p, double resolution) {
        return Constants::of(p, resolution);
    }
    static void check(const Parameters& p, std::vector<std::string>& problems) {
        require_reset_below_threshold(p.V_reset, p.V_th, problems);
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
