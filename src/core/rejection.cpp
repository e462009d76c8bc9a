// SPDX-License-Identifier: Apache-2.0
#include "core/rejection.hpp"

#include <array>

namespace engram::rejection {

double deviance(double x, double mean, double difference) {
    const double sum = x + mean;
    constexpr double near = 0.1;
    if (std::abs(difference) >= near * sum)
        return (x > 0.0 ? x * math::log(x / mean) : 0.0) - difference;
    // log(x / mean) = 2 artanh(v)
    const double v = difference / sum, square = v * v;
    constexpr double series[] = {1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11, 1.0 / 13, 1.0 / 15};
    return difference * v + 2.0 * x * v * square * math::detail::polynomial(square, series);
}

double factorial_excess(double k) {
    static constexpr std::array log_factorials{0.0,
                                               0.0,
                                               0.6931471805599453,
                                               1.791759469228055,
                                               3.1780538303479458,
                                               4.787491742782046,
                                               6.579251212010101,
                                               8.525161361065415,
                                               10.60460290274525,
                                               12.801827480081469,
                                               15.104412573075516,
                                               17.502307845873887,
                                               19.987214495661885,
                                               22.552163853123425,
                                               25.191221182738683,
                                               27.899271383840894};
    if (k < static_cast<double>(log_factorials.size())) {
        const double power = k > 0.0 ? k * math::log(k) - k : 0.0;
        return log_factorials[static_cast<std::size_t>(k)] - power;
    }
    constexpr double log_2_pi = 1.8378770664093453;
    const double inverse = 1.0 / k, square = inverse * inverse;
    const double rest =
        (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - square / 1680) * square) * square) * inverse;
    return 0.5 * (log_2_pi + math::log(k)) + rest;
}

}  // namespace engram::rejection
