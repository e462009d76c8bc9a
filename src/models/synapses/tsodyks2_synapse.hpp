// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/model.hpp"

#include "core/math.hpp"

namespace engram {

/// Short-term plasticity: each spike transmits u x of the weight, the share u that is released of
/// what is available, x. Release depletes x, which recovers with tau_rec; u rises at each spike and
/// falls back to U with tau_fac. A current that this drives has the time course of the target's.
struct tsodyks2_synapse {
    static constexpr std::string_view doc =
        "short-term plasticity: depression by depletion, and facilitation";
    static constexpr std::string_view source =
        "Tsodyks and Markram 1997, doi:10.1073/pnas.94.2.719; Fuhrmann et al. 2002, "
        "doi:10.1152/jn.00258.2001 (eqs 1-4); NEST tsodyks2_synapse";

    struct Parameters {
        double U = 0.5;
        double tau_fac = 0.0;
        double tau_rec = 800.0;
        double u = 0.5;
        double x = 1.0;
    };
    static constexpr Bounds share{0.0, 1.0, false, "must be between 0 and 1"};
    static constexpr auto parameter_fields = std::tuple{
        field("U", &Parameters::U, "", share, "to what u falls back; its step at a spike"),
        field("tau_fac", &Parameters::tau_fac, "ms", not_negative,
              "time constant of facilitation; 0: there is none"),
        field("tau_rec", &Parameters::tau_rec, "ms", positive, "time constant of recovery"),
        field("u", &Parameters::u, "", share, "u at the first spike"),
        field("x", &Parameters::x, "", share, "x at the first spike"),
    };

    struct Source {
        double x, u;
    };
    static constexpr auto source_fields = std::tuple{
        field("x", &Source::x, "", share, "available at the newest spike"),
        field("u", &Source::u, "", share, "released share at the newest spike"),
    };
    static Source initial(const Parameters& p) { return {p.x, p.u}; }

    /// A spike `interval` ms after the one before.
    static double transmit(Source& s, const Parameters& p, double interval, bool first) {
        if (!first) {
            const double recovering = math::exp(-interval / p.tau_rec);
            const double facilitated = p.tau_fac > 0.0 ? math::exp(-interval / p.tau_fac) : 0.0;
            s.x = 1.0 + (s.x - s.x * s.u - 1.0) * recovering;
            s.u = p.U + s.u * (1.0 - p.U) * facilitated;
        }
        return s.x * s.u;
    }
};

}  // namespace engram
