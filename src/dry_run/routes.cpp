// SPDX-License-Identifier: Apache-2.0
#include "dry_run/routes.hpp"

#include <algorithm>

#include "dry_run/successes.hpp"

namespace engram::dry_run {
namespace {

/// The routes of the neurons of one population, asked for twice: to count, and to fill in.
class PopulationRoutes {
public:
    PopulationRoutes(const Network& network, std::size_t population, const Partition& partition,
                     const Reach& reach, int rank, const RowSources& row_sources)
        : first_(network.populations[population].first),
          key_(random_key(network.seed, Stream::dry_run_routes)),
          rank_(static_cast<std::uint32_t>(rank)),
          row_sources_(row_sources) {
        for (int r = 0; r < partition.ranks(); ++r)
            probability_.push_back(r == rank ? 0.0 : reach.probability(population, r));
        likeliest_ = *std::max_element(probability_.begin(), probability_.end());
    }

    /// Calls `visit(route)` for the routes of a neuron, by rank.
    template <class Visit>
    void for_each(NodeIndex node, Visit visit) const {
        const GlobalIndex source = first_ + node;
        const Row row = row_sources_.lower_bound(source);
        bool to_itself = row < row_sources_.size() && row_sources_[row] == source;
        const auto visit_itself = [&] {
            if (to_itself) visit(SpikeRoute{rank_, row});
            to_itself = false;
        };
        RandomStream random(key_, source, 0);
        for_each_success(random, probability_.size(), likeliest_, [&](std::uint64_t rank) {
            if (probability_[rank] < likeliest_ &&
                random.uniform() * likeliest_ >= probability_[rank])
                return;
            if (rank > rank_) visit_itself();
            visit(SpikeRoute{static_cast<std::uint32_t>(rank), 0});
        });
        visit_itself();
    }

private:
    GlobalIndex first_;
    RandomKey key_;
    std::uint32_t rank_;
    const RowSources& row_sources_;
    std::vector<double> probability_;  ///< of a target on each rank
    double likeliest_ = 0.0;
};

}  // namespace

void model_routes(const Network& network, const Partition& partition, const Reach& reach, int rank,
                  RankState& state) {
    std::vector<PopulationRoutes> populations;
    for (std::size_t p = 0; p < network.populations.size(); ++p)
        populations.emplace_back(network, p, partition, reach, rank, state.row_sources);
    for (VirtualProcess& vp : state.vps) {
        const auto for_each_neuron = [&](auto work) {
            for (std::size_t p = 0; p < vp.slices.size(); ++p)
                for (LocalIndex i = 0; i < vp.slices[p].size; ++i)
                    work(vp.slices[p].first + i, populations[p], vp.slices[p].begin + i);
        };
        const NeuronSlice& last = vp.slices.back();
        vp.route_begin = Buffer<std::uint32_t>(std::size_t{last.first} + last.size + 1);
        std::uint64_t total = 0;
        for_each_neuron([&](LocalIndex neuron, const PopulationRoutes& routes, NodeIndex node) {
            vp.route_begin[neuron] = static_cast<std::uint32_t>(total);
            routes.for_each(node, [&](const SpikeRoute&) { ++total; });
        });
        vp.route_begin[vp.route_begin.size() - 1] =
            narrow<std::uint32_t>(total, "routes of a virtual process");
        vp.routes = Buffer<SpikeRoute>(total);
        SpikeRoute* next = vp.routes.data();
        for_each_neuron([&](LocalIndex, const PopulationRoutes& routes, NodeIndex node) {
            routes.for_each(node, [&](const SpikeRoute& route) { *next++ = route; });
        });
    }
}

}  // namespace engram::dry_run
