// SPDX-License-Identifier: Apache-2.0
#include "build/build.hpp"

#include <algorithm>
#include <limits>

#include "core/time.hpp"
#include "parallel/collectives.hpp"
#include "parallel/memory.hpp"
#include "parallel/team.hpp"
#include "build/connect.hpp"
#include "build/populate.hpp"
#include "build/rows.hpp"
#include "build/segment_kinds.hpp"

namespace engram::build {
namespace {

/// Bytes that the network will take on this rank; synapses judged by the first targets of each
/// projection.
std::uint64_t estimate_bytes(const Network& network, const Registry& registry,
                             const Partition& partition, int rank,
                             const std::vector<StoredSynapses>& stored) {
    std::uint64_t bytes = 0, synapses = 0;
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
        const ModelInfo& model = *network.populations[p].model;
        const std::uint64_t each =
            sizeof(double) * (model.states.size() + model.receptors.size()) + sizeof(SpikeRoute);
        bytes += partition.rank_slice(p, rank).size() * each;
    }
    for (std::size_t i = 0; i < network.projections.size(); ++i) {
        const auto& p = network.projections[i];
        const auto slice = partition.rank_slice(p.target, rank);
        if (slice.size() == 0) continue;
        if (p.device) {
            bytes += slice.size() * sizeof(DeviceConnection);
            continue;
        }
        TargetSynapses make(network, registry, i, stored_of(stored, i));
        const NodeIndex tried = std::min<NodeIndex>(slice.size(), 16);
        make.prepare(slice.begin, slice.begin + tried);
        std::uint64_t drawn = 0;
        for (NodeIndex target = slice.begin; target < slice.begin + tried; ++target) {
            make.draw_sources(target);
            drawn += make.sources().size();
        }
        const bool weightless = registry.plastic(p.base_model) == nullptr && make.constant_weight();
        const std::uint64_t each = sizeof(std::uint16_t) + (weightless                 ? 0
                                                            : network.single_precision ? 4
                                                                                       : 8);
        const std::uint64_t made = drawn * slice.size() / tried;
        bytes += made * each;
        synapses += made;
        // While connecting: places of the sources, or the sources of the synapses.
        bytes += std::min(network.populations[p.source].size * sizeof(std::uint32_t),
                          made * sizeof(NodeIndex));
    }
    // While rows are numbered: a bit for each neuron, or the sources.
    return bytes + std::min(network.neurons() / 8, synapses * sizeof(GlobalIndex));
}

/// Collective. Smallest and largest delay of any synapse, in steps.
void agree_on_delays(const Communicator& comm, const Network& network, RankState& state) {
    Step low = std::numeric_limits<Step>::max(), high = 0;
    for (const auto& vp : state.vps)
        for (const SegmentKind& kind : vp.synapses.kinds) {
            low = std::min<Step>(low, kind.delay);
            high = std::max<Step>(high, kind.delay);
        }
    low = parallel::min(comm, low);
    high = parallel::max(comm, high);
    if (high == 0)
        low = high = std::max<Step>(1, to_steps(1.0, network.resolution));  // nothing to exchange
    state.min_delay = low;
    state.max_delay = high;
}

}  // namespace

RankState build(const Communicator& comm, const Network& network, const Registry& registry,
                const Partition& partition, const std::vector<StoredSynapses>& stored) {
    return build_share(comm, comm.rank(), network, registry, partition, stored,
                       [&](RankState& state) { make_routes(comm, network, partition, state); });
}

RankState build_share(const Communicator& comm, int rank, const Network& network,
                      const Registry& registry, const Partition& partition,
                      const std::vector<StoredSynapses>& stored, const MakeRoutes& routes) {
    std::uint64_t estimate = 0;
    parallel::collectively(
        comm, [&] { estimate = estimate_bytes(network, registry, partition, rank, stored); });
    parallel::require_memory(comm, estimate, "the network");

    RankState state;
    const auto threads = static_cast<std::size_t>(partition.threads());
    state.vps.resize(threads);
    std::vector<std::vector<SourceSegments>> segments(threads);
    std::vector<SegmentKinds> kinds(threads);
    const auto on_all_threads = [&](auto work) {
        parallel::collectively(comm, [&] {
            parallel::run_team(partition.threads(),
                               [&](int thread) { work(static_cast<std::size_t>(thread)); });
        });
    };
    on_all_threads([&](std::size_t t) {
        VirtualProcess& vp = state.vps[t];
        vp.index = rank * partition.threads() + static_cast<int>(t);
        populate(vp, network, registry, partition);
        for (std::size_t p = 0; p < network.projections.size(); ++p)
            if (network.projections[p].device) connect_device(vp, network, registry, p);
        const auto bundles = bundle_projections(vp, network, registry, stored);
        vp.synapses.places.resize(network.projections.size());
        vp.synapses.columns.resize(bundles.size());
        Buffer<std::byte> room;
        for (std::size_t i = 0; i < bundles.size(); ++i)
            segments[t].push_back(
                connect(vp, network, registry, bundles[i], i, stored, kinds[t], room));
    });
    std::vector<GlobalIndex> sources;
    parallel::collectively(comm, [&] {
        sources = number_rows(network.neurons(), segments);
        state.row_sources = RowSources(sources);
    });
    on_all_threads([&](std::size_t t) {
        assemble_rows(state.vps[t].synapses, sources, kinds[t], segments[t]);
    });
    sources = {};
    routes(state);
    agree_on_delays(comm, network, state);
    on_all_threads([&](std::size_t t) {
        prepare_plasticity(state.vps[t], network, registry, state.row_sources, state.max_delay);
        state.vps[t].calendar = Calendar(state.max_delay);
    });
    return state;
}

}  // namespace engram::build
