// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/types.hpp"

namespace engram::build {

/// Numbers the sources for which places are kept while synapses are connected: all of a population
/// where most have some here, else (with very many ranks) those alone that have. Memory then does
/// not grow with the network.
class SourcePlaces {
public:
    SourcePlaces() = default;
    /// Of `sources`, for about as many `synapses`.
    SourcePlaces(std::uint64_t sources, std::uint64_t synapses);

    /// Synapses of these sources will come.
    void expect(const std::vector<NodeIndex>& sources);
    /// When all are expected: gives those of each source places side by side.
    void assign();

    /// The numbers of sources that were expected; valid until the next call.
    const std::vector<NodeIndex>& numbers(const std::vector<NodeIndex>& sources);
    /// Where the next synapse of each numbered source goes, which the caller moves on; in the end,
    /// where its places end.
    [[nodiscard]] std::vector<std::uint32_t>& next() { return next_; }
    /// How many sources have synapses.
    [[nodiscard]] std::size_t used() const { return used_; }
    [[nodiscard]] NodeIndex source(std::size_t number) const {
        return all_ ? NodeIndex{number} : found_[number];
    }

private:
    void number_found();
    [[nodiscard]] NodeIndex number_of(NodeIndex source) const {
        std::size_t number = first_[source >> shift_];
        while (found_[number] < source) ++number;
        return number;
    }

    bool all_ = true;
    std::vector<std::uint32_t> next_;
    std::size_t used_ = 0;
    std::vector<NodeIndex> found_;      ///< one for each synapse; then each once, ascending
    std::vector<std::uint32_t> first_;  ///< number in each range of 2^shift_ sources: few are in it
    unsigned shift_ = 0;
    std::vector<NodeIndex> numbers_;
};

}  // namespace engram::build
