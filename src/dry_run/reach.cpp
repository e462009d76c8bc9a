// SPDX-License-Identifier: Apache-2.0
#include "dry_run/reach.hpp"

#include <algorithm>
#include <cmath>

#include "build/target_synapses.hpp"

namespace engram::dry_run {
namespace {

/// That a source on another rank is one of a target's: as the rule tells it, or the mean over
/// targets that are spread evenly.
double chance_of_source(const Network& network, const Registry& registry,
                        const Partition& partition, std::size_t projection) {
    const auto& p = network.projections[projection];
    const std::uint64_t targets = network.populations[p.target].size;
    constexpr std::uint64_t most = 256;
    const std::uint64_t tried = std::min(targets, most);
    build::TargetSynapses make(network, registry, projection, nullptr);
    if (const auto chance = make.chance()) return *chance;
    double found = 0.0, candidates = 0.0;
    for (std::uint64_t i = 0; i < tried; ++i) {
        const NodeIndex target = i * (targets / tried);
        const int rank = partition.owner(p.target, target) / partition.threads();
        const auto own = partition.rank_slice(p.source, rank);
        make.prepare(target, target + 1);
        make.draw_sources(target);
        std::vector<NodeIndex> sources = make.sources();
        std::sort(sources.begin(), sources.end());
        sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
        found += static_cast<double>(std::count_if(
            sources.begin(), sources.end(),
            [&](NodeIndex source) { return source < own.begin || source >= own.end; }));
        candidates += static_cast<double>(network.populations[p.source].size - own.size());
    }
    return candidates > 0.0 ? std::min(1.0, found / candidates) : 0.0;
}

}  // namespace

Reach::Reach(const Network& network, const Registry& registry, const Partition& partition)
    : partition_(partition),
      miss_(network.populations.size(), std::vector<double>(network.populations.size(), 0.0)) {
    for (std::size_t i = 0; i < network.projections.size(); ++i) {
        const auto& p = network.projections[i];
        if (!p.device)
            miss_[p.source][p.target] +=
                std::log1p(-chance_of_source(network, registry, partition, i));
    }
}

double Reach::probability(std::size_t population, int rank) const {
    double miss = 0.0;
    for (std::size_t target = 0; target < miss_.size(); ++target) {
        const auto here = static_cast<double>(partition_.rank_slice(target, rank).size());
        if (here > 0.0) miss += here * miss_[population][target];
    }
    return -std::expm1(miss);
}

}  // namespace engram::dry_run
