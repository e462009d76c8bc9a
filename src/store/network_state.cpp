// SPDX-License-Identifier: Apache-2.0
#include "store/network_state.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engram/version.hpp"

#include "core/time.hpp"
#include "parallel/collectives.hpp"
#include "build/populate.hpp"

namespace engram {
namespace {

/// Calls visit(segment) for the segments of a projection, row by row.
template <class Visit>
void for_each_segment(const VirtualProcess& vp, std::size_t projection, Visit visit) {
    const SynapseTable& table = vp.synapses;
    for (Row row = 0; row + 1 < table.row_begin.size(); ++row)
        for (const Segment& segment : table.row(row))
            if (segment.projection == projection) visit(row, segment);
}

StoredPopulation describe_population(const Network& network, std::size_t p,
                                     const Partition& partition, int rank, const RankState& state) {
    const auto& population = network.populations[p];
    const auto slice = partition.rank_slice(p, rank);
    StoredPopulation stored;
    stored.name = population.name;
    stored.model = population.model->name;
    stored.size = population.size;
    stored.begin = slice.begin;
    stored.parameters = uniform_parameters(population);
    for (const auto& field : population.model->states)
        stored.columns.push_back({field.name, field.unit, [&state, p, name = field.name] {
                                      std::vector<double> values;
                                      for (const auto& vp : state.vps) {
                                          const auto part = vp.slices[p].block->state(name);
                                          values.insert(values.end(), part.begin(), part.end());
                                      }
                                      return values;
                                  }});
    for (const auto& field : population.model->parameters)
        if (!stored.parameters.contains(field.name))
            stored.columns.push_back(
                {field.name, field.unit, [&network, p, slice, name = field.name] {
                     const Value& value = network.populations[p].values.at(name);
                     return build::neuron_values(value, network, p, name, slice.begin,
                                                 slice.size());
                 }});
    return stored;
}

StoredProjection describe_projection(const Network& network, std::size_t i,
                                     const Partition& partition, int rank, const RankState& state) {
    const auto& p = network.projections[i];
    StoredProjection stored;
    stored.name = p.name;
    stored.source = network.populations[p.source].name;
    stored.target = network.populations[p.target].name;
    stored.synapse_model = p.synapse_model;
    stored.base_model = p.base_model;
    stored.common = p.common;
    stored.source_size = network.populations[p.source].size;
    stored.target_size = network.populations[p.target].size;
    const auto slice = partition.rank_slice(p.target, rank);
    stored.target_begin = slice.begin;
    stored.target_count = slice.size();
    stored.weight_unit = network.populations[p.target].model->input_unit;
    const auto column = [&network, &state, i](SynapseColumn which, auto member) {
        return [&network, &state, i, which, member] {
            OrderedSynapses ordered;
            for (const auto& vp : state.vps)
                order_synapses(vp, network, state.row_sources, i, which, ordered);
            return std::move(ordered.*member);
        };
    };
    stored.indegree = column(SynapseColumn::indegree, &OrderedSynapses::indegree);
    stored.source_index = column(SynapseColumn::source, &OrderedSynapses::source);
    stored.weight = column(SynapseColumn::weight, &OrderedSynapses::weight);
    stored.delay_ms = column(SynapseColumn::delay, &OrderedSynapses::delay_ms);
    return stored;
}

}  // namespace

void order_synapses(const VirtualProcess& vp, const Network& network,
                    const std::vector<GlobalIndex>& row_sources, std::size_t projection,
                    SynapseColumn column, OrderedSynapses& out) {
    const auto& p = network.projections[projection];
    const SynapseColumns& columns = vp.synapses.projections[projection];
    const GlobalIndex first_source = network.populations[p.source].first;
    const LocalIndex targets = vp.slices[p.target].size;
    const auto target = [&](const Segment& s, std::size_t k) {
        return (std::size_t{s.block} << 16) + columns.targets[s.begin + k];
    };
    std::vector<std::uint64_t> place(targets + std::size_t{1}, 0);
    for_each_segment(vp, projection, [&](Row, const Segment& s) {
        for (std::size_t k = 0; k < s.length; ++k) ++place[target(s, k)];
    });
    if (column == SynapseColumn::indegree) {
        out.indegree.insert(out.indegree.end(), place.begin(), place.end() - 1);
        return;
    }
    // Rows ascend in source, segments in delay: putting synapses behind one another by target
    // orders them.
    std::exclusive_scan(place.begin(), place.end(), place.begin(), std::uint64_t{0});
    const auto fill = [&](auto& values, auto value) {
        const std::size_t base = values.size();
        values.resize(base + columns.size);
        for_each_segment(vp, projection, [&](Row row, const Segment& s) {
            for (std::size_t k = 0; k < s.length; ++k)
                values[base + place[target(s, k)]++] = value(row, s, k);
        });
    };
    if (column == SynapseColumn::source)
        fill(out.source,
             [&](Row row, const Segment&, std::size_t) { return row_sources[row] - first_source; });
    else if (column == SynapseColumn::weight)
        fill(out.weight,
             [&](Row, const Segment& s, std::size_t k) { return columns.weight_of(s.begin + k); });
    else
        fill(out.delay_ms, [&](Row, const Segment& s, std::size_t) {
            return to_ms(s.delay, network.resolution);
        });
}

void store_network(const Communicator& comm, const std::string& path, const Network& network,
                   const Partition& partition, const RankState& state) {
    StoredHeader header;
    header.engram_version = version;
    header.resolution = network.resolution;
    header.time_ms = to_ms(state.now, network.resolution);
    header.seed = network.seed;
    std::vector<StoredPopulation> populations;
    for (std::size_t p = 0; p < network.populations.size(); ++p)
        populations.push_back(describe_population(network, p, partition, comm.rank(), state));
    std::vector<StoredProjection> projections;
    for (std::size_t i = 0; i < network.projections.size(); ++i)
        if (!network.projections[i].device)
            projections.push_back(describe_projection(network, i, partition, comm.rank(), state));
    write_network_file(comm, path, header, populations, projections);
}

std::vector<build::StoredSynapses> read_synapses(const Communicator& comm, const NetworkFile& file,
                                                 const Network& network,
                                                 const Partition& partition) {
    std::vector<build::StoredSynapses> result(network.projections.size());
    const auto shared = [](const std::vector<double>& values) -> std::optional<double> {
        // Of zeros the sign counts: it tells the receptor.
        const auto same = [](double a, double b) {
            return a == b && std::signbit(a) == std::signbit(b);
        };
        if (values.empty() || !std::equal(values.begin() + 1, values.end(), values.begin(), same))
            return {};
        return values.front();
    };
    parallel::collectively(comm, [&] {
        for (std::size_t i = 0; i < network.projections.size(); ++i) {
            const auto& p = network.projections[i];
            if (p.device) continue;
            const auto slice = partition.rank_slice(p.target, comm.rank());
            auto read = file.synapses(p.name, slice.begin, slice.size());
            auto& stored = result[i];
            stored.target_begin = slice.begin;
            stored.begin.assign(slice.size() + 1, 0);
            std::inclusive_scan(read.indegree.begin(), read.indegree.end(),
                                stored.begin.begin() + 1);
            stored.source = std::move(read.source);
            stored.weight = std::move(read.weight);
            stored.delay = std::move(read.delay_ms);
            stored.constant_weight = shared(stored.weight);
            stored.constant_delay = shared(stored.delay);
        }
    });
    return result;
}

void read_states(const Communicator& comm, const NetworkFile& file, const Network& network,
                 RankState& state) {
    parallel::collectively(comm, [&] {
        for (std::size_t p = 0; p < network.populations.size(); ++p)
            for (const auto& field : network.populations[p].model->states)
                for (auto& vp : state.vps) {
                    NeuronSlice& slice = vp.slices[p];
                    slice.block->set_state(field.name,
                                           file.column(network.populations[p].name, field.name,
                                                       slice.begin, slice.size));
                }
    });
}

}  // namespace engram
