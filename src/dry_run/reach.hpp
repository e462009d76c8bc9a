// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/partition.hpp"
#include "network/network.hpp"

namespace engram::dry_run {

/// How likely a neuron has targets on a rank that nobody has built: from how many sources on other
/// ranks the targets of each projection have, judged by some of them, which are drawn as building
/// draws them. Exact for rules that draw the sources of each target with equal probability, and for
/// one to one between populations of one size; nearly so for fixed outdegrees, where a rank has few
/// of the targets; for lists right in the mean over the neurons.
class Reach {
public:
    Reach(const Network& network, const Registry& registry, const Partition& partition);

    /// That a neuron of `population` has at least one target on `rank`.
    [[nodiscard]] double probability(std::size_t population, int rank) const;

private:
    const Partition& partition_;
    /// By source and target population: logarithm of the probability that a source misses one
    /// target.
    std::vector<std::vector<double>> miss_;
};

}  // namespace engram::dry_run
