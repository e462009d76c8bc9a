// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/types.hpp"

namespace engram {

/// Which neurons a virtual process owns: of every population an equal contiguous slice. Populations
/// whose size is no multiple leave a remainder of one more neuron for some VPs; where these start
/// rotates from population to population, so that small populations spread over the VPs.
class Partition {
public:
    struct Slice {
        NodeIndex begin = 0, end = 0;
        [[nodiscard]] std::uint64_t size() const { return end - begin; }
    };

    Partition(const std::vector<std::uint64_t>& population_sizes, int ranks, int threads);

    [[nodiscard]] int ranks() const { return ranks_; }
    [[nodiscard]] int threads() const { return threads_; }
    /// The slice of `population` on virtual process `vp` (numbered rank by rank).
    [[nodiscard]] Slice slice(std::size_t population, int vp) const;
    /// The slice of a whole rank: the slices of its threads stand one after another.
    [[nodiscard]] Slice rank_slice(std::size_t population, int rank) const;
    [[nodiscard]] int owner(std::size_t population, NodeIndex node) const;

private:
    struct Share {
        std::uint64_t size, base, extras, first_extra;
    };
    [[nodiscard]] NodeIndex begin(const Share& share, std::uint64_t vp) const;
    int ranks_, threads_;
    std::uint64_t vps_;
    std::vector<Share> shares_;
};

}  // namespace engram
