// SPDX-License-Identifier: Apache-2.0
#include "store/network_state.hpp"

#include <algorithm>
#include <numeric>

#include "engram/version.hpp"

#include "core/time.hpp"
#include "parallel/collectives.hpp"
#include "build/build.hpp"
#include "build/populate.hpp"
#include "store/target_order.hpp"

namespace engram {
namespace {

/// Hands over value(table, row, segment, k) of each synapse of this rank, in canonical order.
template <class T, class Value>
void for_each_synapse(const Network& network, const RankState& state, std::size_t projection,
                      const Sink<T>& sink, Value value) {
    std::vector<T> values;
    const std::size_t target = network.projections[projection].target;
    for (const auto& vp : state.vps) {
        for (TargetOrder order(vp, projection, vp.slices[target].size); order.next();) {
            values.resize(order.size());
            order.visit([&](std::size_t place, Row row, const Segment& s, std::size_t k) {
                values[place] = value(vp.synapses, row, s, k);
            });
            sink(values);
        }
    }
}

build::StoredSynapses stored_synapses(NodeIndex target_begin,
                                      const std::vector<std::uint64_t>& indegree,
                                      std::vector<std::uint64_t> source, std::vector<double> weight,
                                      std::vector<double> delay_ms) {
    build::StoredSynapses stored;
    stored.target_begin = target_begin;
    stored.begin.assign(indegree.size() + 1, 0);
    std::inclusive_scan(indegree.begin(), indegree.end(), stored.begin.begin() + 1);
    stored.source = std::move(source);
    stored.weight = std::move(weight);
    stored.delay = std::move(delay_ms);
    stored.find_constants();
    return stored;
}

}  // namespace

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
    if (p.receptor) stored.receptor = *p.receptor;
    stored.source_size = network.populations[p.source].size;
    stored.target_size = network.populations[p.target].size;
    const auto slice = partition.rank_slice(p.target, rank);
    stored.target_begin = slice.begin;
    stored.target_count = slice.size();
    stored.weight_unit = network.populations[p.target].model->input_unit;
    stored.indegree = [&network, &state, i] { return indegrees(network, state, i); };
    stored.source_index = [&network, &state, i](const Sink<std::uint64_t>& sink) {
        for_each_source(network, state, i, sink);
    };
    stored.weight = [&network, &state, i](const Sink<double>& sink) {
        for_each_weight(network, state, i, sink);
    };
    stored.delay_ms = [&network, &state, i](const Sink<double>& sink) {
        for_each_delay(network, state, i, sink);
    };
    return stored;
}

std::vector<std::uint64_t> indegrees(const Network& network, const RankState& state,
                                     std::size_t projection) {
    std::vector<std::uint64_t> result;
    for (const auto& vp : state.vps) {
        const TargetOrder order(vp, projection,
                                vp.slices[network.projections[projection].target].size);
        result.insert(result.end(), order.indegree().begin(), order.indegree().end());
    }
    return result;
}

void for_each_source(const Network& network, const RankState& state, std::size_t projection,
                     const Sink<std::uint64_t>& sink) {
    const GlobalIndex first = network.populations[network.projections[projection].source].first;
    for_each_synapse<std::uint64_t>(network, state, projection, sink,
                                    [&](const SynapseTable&, Row row, const Segment&, std::size_t) {
                                        return state.row_sources[row] - first;
                                    });
}

void for_each_weight(const Network& network, const RankState& state, std::size_t projection,
                     const Sink<double>& sink) {
    for_each_synapse<double>(network, state, projection, sink,
                             [&](const SynapseTable& table, Row, const Segment& s, std::size_t k) {
                                 return table.columns_of(projection).weight_of(s.begin() + k);
                             });
}

void for_each_delay(const Network& network, const RankState& state, std::size_t projection,
                    const Sink<double>& sink) {
    for_each_synapse<double>(network, state, projection, sink,
                             [&](const SynapseTable& table, Row, const Segment& s, std::size_t) {
                                 return to_ms(table.kind(s).delay, network.resolution);
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
    parallel::collectively(comm, [&] {
        for (std::size_t i = 0; i < network.projections.size(); ++i) {
            const auto& p = network.projections[i];
            if (p.device) continue;
            const auto slice = partition.rank_slice(p.target, comm.rank());
            auto read = file.synapses(p.name, slice.begin, slice.size());
            result[i] = stored_synapses(slice.begin, read.indegree, std::move(read.source),
                                        std::move(read.weight), std::move(read.delay_ms));
        }
    });
    return result;
}

build::StoredSynapses held_synapses(const Network& network, std::size_t projection,
                                    const Partition& partition, int rank, const RankState& state) {
    std::vector<std::uint64_t> source;
    std::vector<double> weight, delay;
    const auto to_end = [](auto& values) {
        return [&values](auto piece) { values.insert(values.end(), piece.begin(), piece.end()); };
    };
    for_each_source(network, state, projection, to_end(source));
    for_each_weight(network, state, projection, to_end(weight));
    for_each_delay(network, state, projection, to_end(delay));
    const std::size_t target = network.projections[projection].target;
    return stored_synapses(partition.rank_slice(target, rank).begin,
                           indegrees(network, state, projection), std::move(source),
                           std::move(weight), std::move(delay));
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

RankState restore_network(const Communicator& comm, const std::string& path, const Network& network,
                          const Registry& registry, const Partition& partition,
                          bool allow_changes) {
    const NetworkFile file(comm, path);
    require_fit(comm, file, path, network, partition, allow_changes);
    RankState state = build::build(comm, network, registry, partition,
                                   read_synapses(comm, file, network, partition));
    read_states(comm, file, network, state);
    return state;
}

}  // namespace engram
