// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/model.hpp"

#include "core/math.hpp"

namespace engram {

/// Short-term plasticity with three pools: each spike makes the share u of the available, x,
/// active, and transmits as much of the weight; the active, y, becomes inactive with tau_psc, and
/// that available again with tau_rec. u rises at each spike and decays with tau_fac. tau_psc is to
/// be that of the target's currents.
struct tsodyks_synapse {
    static constexpr std::string_view doc =
        "short-term plasticity: depression by depletion through an inactive pool, and facilitation";
    static constexpr std::string_view source =
        "Tsodyks, Uziel and Markram 2000, doi:10.1523/JNEUROSCI.20-01-j0003.2000; NEST "
        "tsodyks_synapse";

    struct Parameters {
        double U = 0.5;
        double tau_fac = 0.0;
        double tau_psc = 3.0;
        double tau_rec = 800.0;
        double u = 0.0;
        double x = 1.0;
        double y = 0.0;
    };
    static constexpr Bounds share{0.0, 1.0, false, "must be between 0 and 1"};
    static constexpr auto parameter_fields = std::tuple{
        field("U", &Parameters::U, "", share, "step of u at a spike"),
        field("tau_fac", &Parameters::tau_fac, "ms", not_negative,
              "time constant of facilitation; 0: there is none"),
        field("tau_psc", &Parameters::tau_psc, "ms", positive,
              "time constant of the active pool; that of the target's currents"),
        field("tau_rec", &Parameters::tau_rec, "ms", positive,
              "time constant of recovery; not that of the active pool"),
        field("u", &Parameters::u, "", share, "u in the beginning"),
        field("x", &Parameters::x, "", share, "available in the beginning"),
        field("y", &Parameters::y, "", share, "active in the beginning; x + y is at most 1"),
    };
    static void check(const Parameters& p, std::vector<std::string>& problems) {
        if (p.x + p.y > 1.0)
            problems.push_back("x + y = " + std::to_string(p.x + p.y) +
                               " (must be at most 1). Lower x or y");
        if (p.tau_psc == p.tau_rec)
            problems.push_back("tau_psc = " + std::to_string(p.tau_psc) +
                               " ms (must differ from tau_rec). Change one of them");
    }

    struct Source {
        double x, y, u;
    };
    static constexpr auto source_fields = std::tuple{
        field("x", &Source::x, "", share, "available after the newest spike"),
        field("y", &Source::y, "", share, "active after the newest spike"),
        field("u", &Source::u, "", share, "released share at the newest spike"),
    };
    static Source initial(const Parameters& p) { return {p.x, p.y, p.u}; }

    /// A spike `interval` ms after the one before, or after the beginning.
    static double transmit(Source& s, const Parameters& p, double interval, bool /*first*/) {
        const double active = math::exp(-interval / p.tau_psc);
        const double inactive = math::exp(-interval / p.tau_rec);
        const double facilitated = p.tau_fac > 0.0 ? math::exp(-interval / p.tau_fac) : 0.0;
        const double recovered = 1.0 - inactive;
        // Of the active: what has become inactive and then available.
        const double through =
            ((1.0 - active) * p.tau_psc - recovered * p.tau_rec) / (p.tau_psc - p.tau_rec);
        const double resting = 1.0 - s.x - s.y;
        s.x += through * s.y + recovered * resting;
        s.y *= active;
        s.u *= facilitated;
        s.u += p.U * (1.0 - s.u);
        const double released = s.u * s.x;
        s.x -= released;
        s.y += released;
        return released;
    }
};

}  // namespace engram
