// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <xxhash.h>

#include "engram/engram.hpp"

namespace engram::test {

/// What a run left, part by part: `checksum (number of values)` of the bits. Made to be compared over
/// layouts, and with tables in the tests.
using Observed = std::map<std::string, std::string>;

template <class T>
std::string fingerprint(const std::vector<T>& values) {
    return fmt::format("{:016x} ({})", XXH3_64bits(values.data(), values.size() * sizeof(T)),
                       values.size());
}

/// Collective. Every state variable in `variables` (`E.V_m`), and all synapses.
inline Observed observe_state(Simulation& simulation,
                              const std::vector<std::pair<std::string, std::string>>& variables) {
    Observed result;
    for (const auto& [population, variable] : variables)
        result[population + "." + variable] = fingerprint(simulation.state(population, variable));
    for (const auto& projection : simulation.projections()) {
        const ConnectionList list = simulation.connections(projection);
        result[projection + ".source"] = fingerprint(list.source);
        result[projection + ".target"] = fingerprint(list.target);
        result[projection + ".weight"] = fingerprint(list.weight);
        result[projection + ".delay"] = fingerprint(list.delay);
    }
    return result;
}

/// Collective. The spikes that `recorder` holds of each population.
inline Observed observe_spikes(Simulation& simulation, const std::string& recorder,
                               const std::vector<std::string>& populations) {
    Observed result;
    for (const auto& population : populations) {
        const SpikeTrain train = simulation.spikes(recorder, population);
        result[population + ".times"] = fingerprint(train.times);
        result[population + ".nodes"] = fingerprint(train.nodes);
    }
    return result;
}

/// The table as it stands in a test's source: when a result is meant to change, run the test on one rank and put
/// what it prints here.
inline std::string as_source(const Observed& observed) {
    std::string text;
    for (const auto& [part, value] : observed)
        text += fmt::format("    {{\"{}\", \"{}\"}},\n", part, value);
    return text;
}

/// Runs in pieces of these steps, over and over, up to `steps`.
inline void run_in_pieces(Simulation& simulation, int steps, const std::vector<int>& pieces,
                          double resolution) {
    for (std::size_t i = 0; steps > 0; ++i) {
        const int piece = std::min(steps, pieces[i % pieces.size()]);
        simulation.run(piece * resolution);
        steps -= piece;
    }
}

}  // namespace engram::test
