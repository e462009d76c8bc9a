// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include "engram/error.hpp"

namespace engram {

/// Time in integer steps of the resolution. Step t is the interval ((t-1) h, t h]; state "at t" is
/// the state after that interval's update.
using Step = std::int64_t;

/// 0-based index of a neuron within its population.
using NodeIndex = std::uint64_t;
/// 0-based index of a neuron in the network: populations one after another.
using GlobalIndex = std::uint64_t;
/// Index of a neuron among those of one virtual process.
using LocalIndex = std::uint32_t;
/// Number of a source neuron among those that have targets on one rank, in order of GlobalIndex.
using Row = std::uint32_t;

/// A spike as a recorder holds it: the step at whose end it was emitted, and the neuron.
struct RecordedSpike {
    Step step = 0;
    NodeIndex node = 0;
};

/// Integer conversion that throws where the value does not fit, naming what was counted and what
/// helps.
template <class To, class From>
To narrow(From value, const char* what, const char* remedy = "Use more ranks or threads") {
    static_assert(std::is_integral_v<To> && std::is_integral_v<From>);
    const To result = static_cast<To>(value);
    if (static_cast<From>(result) != value || ((result < To{}) != (value < From{})))
        throw Error(std::string(what) + " = " + std::to_string(value) + " (must be at most " +
                    std::to_string(std::numeric_limits<To>::max()) + "). " + remedy);
    return result;
}

}  // namespace engram
