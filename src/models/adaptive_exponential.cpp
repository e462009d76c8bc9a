// SPDX-License-Identifier: Apache-2.0
#include "models/adaptive_exponential.hpp"

#include <fmt/format.h>

namespace engram {

void check_adaptive_exponential(double V_reset, double V_th, double V_peak, double Delta_T,
                                std::vector<std::string>& problems) {
    constexpr double largest_exponent = 600.0;  // exp of it times any current is finite
    const double top = Delta_T > 0.0 ? V_peak : V_th;
    if (V_peak < V_th)
        problems.push_back(fmt::format(
            "V_peak = {} mV (must not be below V_th = {} mV). Raise V_peak or lower V_th", V_peak,
            V_th));
    if (V_reset >= top)
        problems.push_back(
            fmt::format("V_reset = {} mV (must be below {} = {} mV). Lower V_reset", V_reset,
                        Delta_T > 0.0 ? "V_peak" : "V_th, since Delta_T is 0,", top));
    if (Delta_T > 0.0 && (V_peak - V_th) / Delta_T > largest_exponent)
        problems.push_back(fmt::format(
            "Delta_T = {} mV (the upstroke from V_th = {} mV to V_peak = {} mV overflows). Raise "
            "Delta_T to {} mV or more, set it to 0, or lower V_peak",
            Delta_T, V_th, V_peak, (V_peak - V_th) / largest_exponent));
}

}  // namespace engram
