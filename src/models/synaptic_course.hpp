// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/math.hpp"
#include "models/runge_kutta.hpp"

/// How synaptic conductances or currents go on between spikes: known beforehand, hence exact at the
/// stages of an integration step that is as long as the resolution.
namespace engram {

/// A conductance or current, and what feeds it: its derivative but for its decay.
struct Course {
    double value = 0.0, feed = 0.0;
};
/// Of both receptors of a neuron.
struct Synapses {
    Course ex, in;
};

/// Decays by itself; no feed.
class ExponentialCourse {
public:
    static constexpr std::size_t variables = 1;

    ExponentialCourse(double tau, double resolution) : rate_(1.0 / tau) {
        for (std::size_t s = 0; s < runge_kutta::stages; ++s)
            decay_[s] = math::exp(-runge_kutta::nodes[s] * resolution / tau);
    }
    /// The value at a stage, of what it was at the beginning of the step.
    [[nodiscard, gnu::always_inline]] double at(std::size_t stage, Course x) const {
        return x.value * decay_[stage];
    }
    /// At the end of the step, when `weight` arrives.
    [[nodiscard, gnu::always_inline]] Course end(Course x, double weight) const {
        return {at(runge_kutta::end_stage, x) + weight, 0.0};
    }
    [[nodiscard]] Course slope(Course x) const { return {-x.value * rate_, 0.0}; }

private:
    std::array<double, runge_kutta::stages> decay_{};
    double rate_;
};

/// An alpha function, whose peak is the weight, tau after the spike.
class AlphaCourse {
public:
    static constexpr std::size_t variables = 2;

    AlphaCourse(double tau, double resolution) : rate_(1.0 / tau), jump_(math::exp(1.0) / tau) {
        for (std::size_t s = 0; s < runge_kutta::stages; ++s) {
            const double time = runge_kutta::nodes[s] * resolution;
            decay_[s] = math::exp(-time / tau);
            growth_[s] = time * decay_[s];
        }
    }
    [[nodiscard, gnu::always_inline]] double at(std::size_t stage, Course x) const {
        return x.value * decay_[stage] + x.feed * growth_[stage];
    }
    [[nodiscard, gnu::always_inline]] Course end(Course x, double weight) const {
        constexpr std::size_t end = runge_kutta::end_stage;
        return {at(end, x), x.feed * decay_[end] + weight * jump_};
    }
    [[nodiscard]] Course slope(Course x) const {
        return {x.feed - x.value * rate_, -x.feed * rate_};
    }

private:
    std::array<double, runge_kutta::stages> decay_{}, growth_{};
    double rate_, jump_;
};

/// The courses of both receptors, as either form of integration needs them. `membrane_slope` tells
/// the slopes of the membrane's own variables: membrane_slope(membrane, value ex, value in).
template <class C>
struct SynapticInputs {
    C ex, in;

    [[nodiscard, gnu::always_inline]] Synapses end(const Synapses& x, double excitation,
                                                   double inhibition) const {
        return {ex.end(x.ex, excitation), in.end(x.in, inhibition)};
    }

    /// In a step as long as the resolution, from `x` on.
    template <std::size_t Own, class MembraneSlope>
    [[gnu::always_inline]] auto membrane_slopes(const Synapses& x,
                                                const MembraneSlope& membrane_slope) const {
        return [ this, x, &membrane_slope ](auto stage, const runge_kutta::Values<Own>& membrane)
            __attribute__((always_inline)) {
            return membrane_slope(membrane, ex.at(stage, x.ex), in.at(stage, x.in));
        };
    }

    /// In steps of any length the courses are variables behind those of the membrane.
    template <std::size_t Own>
    static auto behind(const runge_kutta::Values<Own>& membrane, const Synapses& x) {
        runge_kutta::Values<Own + 2 * C::variables> all{};
        std::copy(membrane.begin(), membrane.end(), all.begin());
        const std::array<double, 4> courses{x.ex.value, x.in.value, x.ex.feed, x.in.feed};
        std::copy_n(courses.begin(), 2 * C::variables, all.begin() + Own);
        return all;
    }
    template <std::size_t Own, class MembraneSlope>
    auto slopes(const MembraneSlope& membrane_slope) const {
        return
            [this, &membrane_slope](auto, const runge_kutta::Values<Own + 2 * C::variables>& all) {
                runge_kutta::Values<Own> membrane;
                std::array<double, 4> x{};
                std::copy_n(all.begin(), Own, membrane.begin());
                std::copy_n(all.begin() + Own, 2 * C::variables, x.begin());
                return behind(membrane_slope(membrane, x[0], x[1]),
                              {ex.slope({x[0], x[2]}), in.slope({x[1], x[3]})});
            };
    }
};

}  // namespace engram
