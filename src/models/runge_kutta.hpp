// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "core/math.hpp"

/// Fehlberg's embedded pair of orders 4 and 5 (NASA TR R-315, 1969), in two forms: one step without
/// branches, which the driver of neurons vectorises, and as many steps as a tolerance asks for,
/// neuron by neuron (docs/decisions/0014-integration-of-neurons.md).
namespace engram::runge_kutta {

template <std::size_t N>
using Values = std::array<double, N>;

inline constexpr std::size_t stages = 6;
/// Where in the step the stages lie, and the one of them that is its end.
inline constexpr std::array<double, stages> nodes{0.0, 1.0 / 4, 3.0 / 8, 12.0 / 13, 1.0, 1.0 / 2};
inline constexpr std::size_t end_stage = 4;

namespace detail {

template <std::size_t N>
using Slopes = std::array<Values<N>, stages>;

/// What each stage takes of the slopes before it; then the solution of order 5, and what it has
/// more than that of order 4.
inline constexpr std::size_t solution = stages, difference = stages + 1;
inline constexpr double table[stages + 2][stages] = {
    {},
    {1.0 / 4},
    {3.0 / 32, 9.0 / 32},
    {1932.0 / 2197, -7200.0 / 2197, 7296.0 / 2197},
    {439.0 / 216, -8.0, 3680.0 / 513, -845.0 / 4104},
    {-8.0 / 27, 2.0, -3544.0 / 2565, 1859.0 / 4104, -11.0 / 40},
    {16.0 / 135, 0.0, 6656.0 / 12825, 28561.0 / 56430, -9.0 / 50, 2.0 / 55},
    {1.0 / 360, 0.0, -128.0 / 4275, -2197.0 / 75240, 1.0 / 50, 2.0 / 55}};

template <std::size_t Row, std::size_t I, std::size_t N, std::size_t... J>
[[gnu::always_inline]] inline double weighted(const Slopes<N>& slopes, std::index_sequence<J...>) {
    double sum = 0.0;
    ((table[Row][J] != 0.0 ? sum += table[Row][J] * slopes[J][I] : 0.0), ...);
    return sum;
}

/// Row of the table times the step, for each variable.
template <std::size_t Row, std::size_t N, std::size_t... I>
[[gnu::always_inline]] inline Values<N> changes(double step, const Slopes<N>& slopes,
                                                std::index_sequence<I...>) {
    return {(step * weighted<Row, I, N>(
                        slopes, std::make_index_sequence<(Row < stages ? Row : stages)>{}))...};
}

template <std::size_t N, std::size_t... I>
[[gnu::always_inline]] inline Values<N> sum(const Values<N>& a, const Values<N>& b,
                                            std::index_sequence<I...>) {
    return {(a[I] + b[I])...};
}

}  // namespace detail

template <std::size_t N>
struct Step {
    Values<N> end;    ///< of order 5
    Values<N> error;  ///< what the solution of order 4 differs by
};

/// One step of `y' = slope(stage, y)`, where `stage` is a std::integral_constant.
template <std::size_t N, class Slope>
[[gnu::always_inline]] inline Step<N> take_step(const Values<N>& y, double step,
                                                const Slope& slope) {
    constexpr auto all = std::make_index_sequence<N>{};
    detail::Slopes<N> slopes;
    const auto evaluate = [&]<std::size_t S>(std::integral_constant<std::size_t, S> stage)
        __attribute__((always_inline)) {
        if constexpr (S == 0) slopes[S] = slope(stage, y);
        else slopes[S] = slope(stage, detail::sum(y, detail::changes<S>(step, slopes, all), all));
    };
    [&]<std::size_t... S>(std::index_sequence<S...>) __attribute__((always_inline)) {
        (evaluate(std::integral_constant<std::size_t, S>{}), ...);
    }
    (std::make_index_sequence<stages>{});
    return {detail::sum(y, detail::changes<detail::solution>(step, slopes, all), all),
            detail::changes<detail::difference>(step, slopes, all)};
}

/// Whether no error is larger than the tolerance, nor NaN; without branches or selects.
template <std::size_t N>
[[gnu::always_inline]] inline bool within(const Values<N>& error, double tolerance) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
        return ((std::abs(error[I]) <= tolerance) & ...);
    }
    (std::make_index_sequence<N>{});
}

/// The largest of the absolute values; NaN if one is.
template <std::size_t N>
double largest(const Values<N>& values) {
    double result = 0.0;
    for (const double value : values)
        if (!std::isnan(result) && !(std::abs(value) <= result)) result = std::abs(value);
    return result;
}

/// How far the errors of a step may grow, relative to what is allowed, and by how much steps
/// change: the control of steps that the manual of the GNU Scientific Library describes.
struct Control {
    static constexpr double refused = 1.1, too_good = 0.5, safety = 0.9, fastest = 5.0;

    /// What the next step is of one with this error relative to what is allowed; NaN counts as
    /// infinite.
    static double factor(double ratio) {
        if (!(ratio <= refused))
            return std::isfinite(ratio)
                       ? std::max(1.0 / fastest, safety / math::pow(ratio, 1.0 / 5))
                       : 1.0 / fastest;
        if (ratio >= too_good) return 1.0;
        if (ratio == 0.0) return fastest;
        return std::clamp(safety / math::pow(ratio, 1.0 / 6), 1.0, fastest);
    }
};

/// Advances `y` by `duration` in steps whose error is at most tolerance * (1 + |change of the
/// variable by its slope in the end|), for each variable. `step` is what to try first, and in the
/// end what to try next time. `after(y)` is called after each step and may change `y`. Always ends,
/// if need be with a last step whose error is larger.
template <std::size_t N, class Slope, class After>
void integrate(Values<N>& y, double duration, double tolerance, double& step, const Slope& slope,
               const After& after) {
    constexpr int most_attempts = 100'000;
    double done = 0.0;
    for (int attempts = 1; done < duration; ++attempts) {
        const double rest = duration - done;
        const bool give_up = attempts == most_attempts || !std::isfinite(largest(y));
        const bool last = step >= rest || give_up;
        const double taken = last ? rest : step;
        const auto [end, error] = take_step(y, taken, slope);
        const Values<N> slopes = slope(std::integral_constant<std::size_t, end_stage>{}, end);
        Values<N> ratios;
        for (std::size_t i = 0; i < N; ++i)
            ratios[i] = error[i] / (tolerance * (1.0 + std::abs(taken * slopes[i])));
        const double ratio = largest(ratios);
        step = taken * Control::factor(ratio);
        if (!(ratio <= Control::refused) && !give_up) continue;
        y = end;
        done = last ? duration : done + taken;
        after(y);
    }
}

}  // namespace engram::runge_kutta
