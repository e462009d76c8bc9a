// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/connectivity.hpp"

#include <bit>
#include <vector>

#include "parallel/collectives.hpp"
#include "parallel/team.hpp"

namespace engram::checkpoint {
namespace {

/// The finalizer of MurmurHash3: every bit of the result depends on every bit of the argument.
std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdULL;
    x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53ULL;
    return x ^ (x >> 33);
}

/// The sum over the synapses of a segment, which may be of several projections.
std::uint64_t sum_of_segment(const Segment& s, GlobalIndex source, const VirtualProcess& vp,
                             const Network& network, const Registry& registry) {
    const SegmentKind& kind = vp.synapses.kind(s);
    const SynapseColumns& columns = vp.synapses.columns[kind.columns];
    const std::size_t block = std::size_t{kind.block} << 16;
    std::uint64_t sum = 0;
    std::size_t k = s.begin();
    const std::size_t end = std::size_t{s.begin()} + s.length();
    for (const std::size_t p : columns.projections) {
        const auto& projection = network.projections[p];
        const NeuronSlice& slice = vp.slices[projection.target];
        const std::size_t first = vp.synapses.places[p].first_target;
        const GlobalIndex begin = network.populations[projection.target].first + slice.begin;
        const bool learns = registry.plastic(projection.base_model) != nullptr;
        const std::uint64_t head = mix(mix(source) + (std::uint64_t{p} << 32) +
                                       (std::uint64_t{kind.delay} << 8) + kind.receptor);
        for (; k < end && block + columns.targets[k] < first + slice.size; ++k) {
            const std::uint64_t weight =
                learns ? 0 : std::bit_cast<std::uint64_t>(columns.weight_of(k));
            sum += mix(head + mix(begin + (block + columns.targets[k] - first) + mix(weight)));
        }
    }
    return sum;
}

/// The sum over the synapses of a VP: in a sum their order, which the layout decides, is lost.
std::uint64_t sum_of_vp(const VirtualProcess& vp, const Network& network, const Registry& registry,
                        const RowSources& row_sources) {
    std::uint64_t sum = 0;
    for (Row row = 0; row < row_sources.size(); ++row)
        for (const Segment& s : vp.synapses.row(row))
            sum += sum_of_segment(s, row_sources[row], vp, network, registry);
    return sum;
}

}  // namespace

std::uint64_t hash_connectivity(const Communicator& comm, const Network& network,
                                const Registry& registry, const RankState& state) {
    std::vector<std::uint64_t> sums(state.vps.size());
    parallel::collectively(comm, [&] {
        parallel::run_team(static_cast<int>(sums.size()), [&](int thread) {
            const auto t = static_cast<std::size_t>(thread);
            sums[t] = sum_of_vp(state.vps[t], network, registry, state.row_sources);
        });
    });
    std::uint64_t sum = 0;
    for (const std::uint64_t part : sums) sum += part;
    return parallel::sum(comm, sum);
}

}  // namespace engram::checkpoint
