// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "engram/engram.hpp"

namespace engram::test {

/// What a run left, part by part, as `checksum (number of values)` of the bits: made to be compared
/// over layouts, and with tables that stand in the tests.
using Observed = std::map<std::string, std::string>;

template <class... T>
std::string fingerprint(const std::vector<T>&... columns) {
    XXH64_hash_t sum = 0;
    std::size_t count = 0;
    ((sum = XXH3_64bits_withSeed(columns.data(), columns.size() * sizeof(T), sum),
      count += columns.size()),
     ...);
    return fmt::format("{:016x} ({})", sum, count);
}

inline RunOptions on_threads(int threads, std::string restore = {}) {
    RunOptions options;
    options.threads = threads;
    options.restore = std::move(restore);
    return options;
}

/// Collective. All synapses, by projection.
inline Observed observe_synapses(Simulation& simulation) {
    Observed result;
    for (const auto& projection : simulation.projections()) {
        const ConnectionList list = simulation.connections(projection);
        result["synapses " + projection] =
            fingerprint(list.source, list.target, list.weight, list.delay);
    }
    return result;
}

/// Collective. A state variable of each population.
inline Observed observe_state(Simulation& simulation, const std::string& variable,
                              const std::vector<std::string>& populations) {
    Observed result;
    for (const auto& name : populations)
        result[variable + " of " + name] = fingerprint(simulation.state(name, variable));
    return result;
}

/// Collective. The spikes that `recorder` holds of each population.
inline Observed observe_spikes(Simulation& simulation, const std::string& recorder,
                               const std::vector<std::string>& populations) {
    Observed result;
    for (const auto& name : populations) {
        const SpikeTrain train = simulation.spikes(recorder, name);
        result["spikes of " + name] = fingerprint(train.times, train.nodes);
    }
    return result;
}

/// Collective. Samples of a state variable.
inline Observed observe_samples(Simulation& simulation, const std::string& multimeter,
                                const std::string& variable,
                                const std::vector<std::string>& populations) {
    Observed result;
    for (const auto& name : populations) {
        const Trace trace = simulation.trace(multimeter, name, variable);
        result["samples of " + name] = fingerprint(trace.times, trace.values);
    }
    return result;
}

/// Fails for every part that differs. `got` is then printed as it stands in a test's source.
inline void expect_same(const Observed& expected, const Observed& got, const std::string& where) {
    std::string differing, source;
    for (const auto& [part, value] : expected)
        if (!got.contains(part) || got.at(part) != value)
            differing += fmt::format("  {}: {}, expected {}\n", part,
                                     got.contains(part) ? got.at(part) : "nothing", value);
    for (const auto& [part, value] : got) {
        if (!expected.contains(part)) differing += fmt::format("  {}: not expected\n", part);
        source += fmt::format("    {{\"{}\", \"{}\"}},\n", part, value);
    }
    EXPECT_TRUE(differing.empty()) << where << " differs:\n"
                                   << differing << "all of it:\n"
                                   << source;
}

/// Runs `steps` steps in pieces of these lengths, over and over.
inline void run_in_pieces(Simulation& simulation, int steps, const std::vector<int>& pieces,
                          double resolution) {
    for (std::size_t i = 0; steps > 0; ++i) {
        const int piece = std::min(steps, pieces[i % pieces.size()]);
        simulation.run(piece * resolution);
        steps -= piece;
    }
}

}  // namespace engram::test
