// SPDX-License-Identifier: Apache-2.0
#include "build/rows.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include "core/partition.hpp"
#include "parallel/collectives.hpp"

namespace engram::build {

namespace {

using AllSegments = std::vector<std::vector<SourceSegments>>;

template <class Visit>
void for_each_source(const AllSegments& segments, Visit visit) {
    for (const auto& of_vp : segments)
        for (const auto& of_columns : of_vp)
            for (const auto& s : of_columns) visit(s.source);
}

/// By a bit for each neuron of the network.
std::vector<GlobalIndex> marked_sources(std::uint64_t neurons, const AllSegments& segments) {
    std::vector<std::uint64_t> used((neurons + 63) / 64, 0);
    for_each_source(segments, [&](GlobalIndex source) {
        used[source / 64] |= std::uint64_t{1} << (source % 64);
    });
    std::size_t count = 0;
    for (const std::uint64_t bits : used) count += static_cast<std::size_t>(std::popcount(bits));
    std::vector<GlobalIndex> sources;
    sources.reserve(count);
    for (std::size_t w = 0; w < used.size(); ++w)
        for (std::uint64_t bits = used[w]; bits != 0; bits &= bits - 1)
            sources.push_back(w * 64 + static_cast<GlobalIndex>(std::countr_zero(bits)));
    return sources;
}

/// By sorting: where few of a very large network's neurons have targets here.
std::vector<GlobalIndex> sorted_sources(const AllSegments& segments, std::uint64_t count) {
    std::vector<GlobalIndex> sources;
    sources.reserve(count);
    for_each_source(segments, [&](GlobalIndex source) { sources.push_back(source); });
    std::sort(sources.begin(), sources.end());
    sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
    sources.shrink_to_fit();
    return sources;
}

}  // namespace

std::vector<GlobalIndex> number_rows(std::uint64_t neurons, const AllSegments& segments) {
    std::uint64_t count = 0;
    for_each_source(segments, [&](GlobalIndex) { ++count; });
    auto rows =
        neurons / 64 <= count ? marked_sources(neurons, segments) : sorted_sources(segments, count);
    (void)narrow<Row>(rows.size(), "sources of a rank");
    return rows;
}

void assemble_rows(SynapseTable& table, const std::vector<GlobalIndex>& row_sources,
                   SegmentKinds& kinds, std::vector<SourceSegments>& segments) {
    // The segments of columns are ordered by source, and so are the rows: one walk finds the row of
    // each.
    const auto walk = [&](auto visit) {
        for (const auto& of_columns : segments) {
            if (of_columns.empty()) continue;
            auto row =
                std::lower_bound(row_sources.begin(), row_sources.end(), of_columns.front().source);
            for (const auto& s : of_columns) {
                while (*row < s.source) ++row;
                visit(static_cast<std::size_t>(row - row_sources.begin()), s.segment);
            }
        }
    };
    std::vector<std::uint32_t> end(row_sources.size() + 1, 0);
    std::uint64_t total = 0;
    walk([&](std::size_t row, const Segment&) {
        ++end[row];
        ++total;
    });
    (void)narrow<std::uint32_t>(total, "segments of a virtual process");
    std::exclusive_scan(end.begin(), end.end(), end.begin(), std::uint32_t{0});
    table.row_begin = Buffer<std::uint32_t>(end.size());
    std::copy(end.begin(), end.end(), table.row_begin.begin());
    table.segments = Buffer<Segment>(total);
    table.kinds = kinds.order();
    walk([&](std::size_t row, const Segment& s) {
        table.segments[end[row]++] = {s.begin(), kinds.ordered(s.kind()), s.length()};
    });
    segments.clear();
    segments.shrink_to_fit();
    const auto order = [](const Segment& s) { return std::uint64_t{s.kind()} << 32 | s.begin(); };
    for (std::size_t row = 0; row < row_sources.size(); ++row)
        std::sort(table.segments.data() + table.row_begin[row],
                  table.segments.data() + table.row_begin[row + 1],
                  [&](const Segment& a, const Segment& b) { return order(a) < order(b); });
}

namespace {

/// A message to the owner of a source.
struct RouteOffer {
    std::uint32_t vp_neuron;  ///< the source among the neurons of its VP
    std::uint32_t thread;
    Row row;
};

void fill_routes(VirtualProcess& vp, std::uint32_t thread,
                 const std::vector<std::vector<RouteOffer>>& offers) {
    const NeuronSlice& last = vp.slices.back();
    const std::size_t neurons = last.first + last.size;
    std::vector<std::uint32_t> end(neurons + 1, 0);
    std::uint64_t total = 0;
    for (const auto& of_rank : offers)
        for (const auto& offer : of_rank)
            if (offer.thread == thread) {
                ++end[offer.vp_neuron];
                ++total;
            }
    (void)narrow<std::uint32_t>(total, "routes of a virtual process");
    std::exclusive_scan(end.begin(), end.end(), end.begin(), std::uint32_t{0});
    vp.route_begin = Buffer<std::uint32_t>(end.size());
    std::copy(end.begin(), end.end(), vp.route_begin.begin());
    vp.routes = Buffer<SpikeRoute>(total);
    for (std::size_t rank = 0; rank < offers.size(); ++rank)
        for (const auto& offer : offers[rank])
            if (offer.thread == thread)
                vp.routes[end[offer.vp_neuron]++] = {static_cast<std::uint32_t>(rank), offer.row};
}

}  // namespace

void make_routes(const Communicator& comm, const Network& network, const Partition& partition,
                 RankState& state) {
    std::vector<std::vector<RouteOffer>> outgoing(static_cast<std::size_t>(comm.size()));
    std::size_t population = 0;
    for (std::size_t row = 0; row < state.row_sources.size(); ++row) {
        const GlobalIndex source = state.row_sources[row];
        while (source >=
               network.populations[population].first + network.populations[population].size)
            ++population;
        const NodeIndex node = source - network.populations[population].first;
        const int vp = partition.owner(population, node);
        // Where the slice starts among the VP's neurons follows from the partition, without asking.
        std::uint64_t first = 0;
        for (std::size_t p = 0; p < population; ++p) first += partition.slice(p, vp).size();
        const std::uint64_t local = first + node - partition.slice(population, vp).begin;
        outgoing[static_cast<std::size_t>(vp / partition.threads())].push_back(
            {static_cast<std::uint32_t>(local),
             static_cast<std::uint32_t>(vp % partition.threads()), static_cast<Row>(row)});
    }
    const auto offers = parallel::exchange(comm, outgoing);
    parallel::collectively(comm, [&] {
        for (std::size_t t = 0; t < state.vps.size(); ++t)
            fill_routes(state.vps[t], static_cast<std::uint32_t>(t), offers);
    });
}

}  // namespace engram::build
