// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <numeric>

#include "engram/version.hpp"

#include "core/time.hpp"
#include "parallel/collectives.hpp"
#include "network/canonical.hpp"
#include "store/network_state.hpp"
#include "checkpoint/checkpoint_file.hpp"
#include "checkpoint/connectivity.hpp"
#include "checkpoint/past.hpp"
#include "checkpoint/paths.hpp"

namespace engram::checkpoint {
namespace {

using hdf5::File;

/// Collective. An array of which this rank has `local`, behind those of the ranks below it.
template <class T>
void write_parts(File& file, const std::string& path, const std::vector<T>& local) {
    const Communicator& comm = file.communicator();
    const std::uint64_t count = local.size();
    file.write_array<T>(path, local, parallel::sum_below(comm, count), parallel::sum(comm, count));
}

/// When projections were added to the running network; of none that were there from the beginning.
void write_growth(File& file, const Network& network) {
    const auto& all = network.projections;
    const auto added = [](const Network::Projection& p) { return p.since > 0; };
    if (std::none_of(all.begin(), all.end(), added)) return;
    file.create_group(grown_path);
    for (const auto& p : all)
        if (added(p)) file.write_attribute(grown_path, p.name, std::int64_t{p.since});
}

void write_head(File& file, const Contents& c) {
    StoredHeader header;
    header.kind = format;
    header.version = format_version;
    header.engram_version = version;
    header.resolution = c.network.resolution;
    header.time_ms = to_ms(c.state.now, c.network.resolution);
    header.seed = c.network.seed;
    write_header(file, header);
    file.write_attribute("/", "step", std::int64_t{c.state.now});
    file.write_attribute("/", "description_hash", c.identity.description_hash);
    file.write_attribute("/", "connectivity",
                         c.identity.stores_connectivity ? "store" : "regenerate");
    file.write_attribute("/", "connectivity_hash", c.identity.connectivity_hash);
    const std::string& text = c.identity.description;
    file.write_replicated<std::uint8_t>(
        description_path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    file.create_group(recordings_path);
    for (const auto& [name, rows] : c.recordings) file.write_attribute(recordings_path, name, rows);
    write_growth(file, c.network);
}

/// The weights of a projection whose other properties the description makes again.
void write_weights(File& file, const Contents& c, std::size_t projection) {
    const Communicator& comm = file.communicator();
    std::uint64_t count = 0;
    for (const auto& vp : c.state.vps) count += vp.synapses.places[projection].synapses;
    const auto& p = c.network.projections[projection];
    write_pieces<double>(
        file, weights_path(p.name),
        {parallel::sum_below(comm, count), count, parallel::sum(comm, count)},
        [&](const Sink<double>& sink) { for_each_weight(c.network, c.state, projection, sink); },
        c.network.populations[p.target].model->input_unit);
}

void write_synapses(File& file, const Contents& c) {
    file.create_group(weights_root);
    for (std::size_t i = 0; i < c.network.projections.size(); ++i) {
        if (c.network.projections[i].device) continue;
        if (c.identity.stores_connectivity)
            write_projection(file, describe_projection(c.network, i, c.partition,
                                                       file.communicator().rank(), c.state));
        else if (c.state.vps.front().synapses.columns_of(i).history != nullptr)
            write_weights(file, c, i);
    }
}

/// Returns the earliest last spike that is not settled.
Step write_traces(File& file, const Contents& c) {
    const Communicator& comm = file.communicator();
    Step oldest = std::numeric_limits<Step>::max() / 2;
    file.create_group(traces_root);
    for (const TraceKey& key : trace_keys(c.network, c.state)) {
        const std::string group = traces_path(traces_name(key.synapse_model, key.since),
                                              c.network.populations[key.population].name);
        const SourceTraces traces = collect_traces(comm, c.state, key);
        oldest = std::min(oldest, oldest_unsettled(traces));
        write_parts(file, group + "/last_spike_step", traces.last_spike);
        const auto& names = value_names(c.state, key);
        for (std::size_t i = 0; i < names.size(); ++i)
            write_parts(file, group + "/" + names[i], traces.values[i]);
        write_parts(file, group + "/settled", traces.settled);
    }
    return parallel::min(comm, oldest);
}

/// One population's, in bounded memory: each array is a pass of its own.
void write_history(File& file, const Contents& c, std::size_t population, Step oldest_unsettled) {
    const Communicator& comm = file.communicator();
    const std::string group = histories_path(c.network.populations[population].name);
    const auto each = [&](const VisitHistory& visit) {
        for_each_history(c.state, population, oldest_unsettled, visit);
    };
    std::vector<std::uint64_t> counts;
    parallel::collectively(comm, [&] {
        each([&](auto spikes, const auto&, double) { counts.push_back(spikes.size()); });
    });
    write_parts(file, group + "/count", counts);
    const auto write = [&]<class T>(const char* name, std::uint64_t count, T, auto part_of) {
        const Extent extent{parallel::sum_below(comm, count), count, parallel::sum(comm, count)};
        write_pieces<T>(file, group + name, extent, [&](const Sink<T>& sink) {
            each([&](auto spikes, const auto& traces, double triplet) {
                sink(std::span<const T>(part_of(spikes, traces, triplet)));
            });
        });
    };
    const std::uint64_t spikes = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    write("/spike_step", spikes, Step{}, [](auto steps, const auto&, double) { return steps; });
    write("/trace", counts.size() * PostWindow::traced, double{},
          [](auto, const auto& traces, double) { return std::span(traces); });
    if (has_triplets(c.state, population))
        write("/triplet_trace", counts.size(), double{},
              [](auto, const auto&, const double& triplet) { return std::span(&triplet, 1); });
}

void write_histories(File& file, const Contents& c, Step oldest_unsettled) {
    file.create_group(histories_root);
    for (std::size_t p = 0; p < c.network.populations.size(); ++p)
        if (has_history(c.state, p)) write_history(file, c, p, oldest_unsettled);
}

void write_transit(File& file, const Contents& c) {
    const TransitList list = collect_transit(file.communicator(), c.network, c.state);
    write_parts(file, transit_path + std::string("/step"), list.step);
    write_parts(file, transit_path + std::string("/source"), list.source);
}

}  // namespace

Identity identify(const Communicator& comm, const NetworkDescription& description,
                  const Network& network, const Registry& registry, const RankState& state,
                  bool stores_connectivity) {
    NetworkDescription lasting = description;
    lasting.duration = 0.0;
    lasting.checkpoints = {};
    return {network_toml(lasting), description_hash(lasting), stores_connectivity,
            hash_connectivity(comm, network, registry, state)};
}

void write_file(const Communicator& comm, const std::string& path, const Contents& contents) {
    File file = File::create(comm, path);
    write_head(file, contents);
    for (std::size_t p = 0; p < contents.network.populations.size(); ++p)
        write_population(file, describe_population(contents.network, p, contents.partition,
                                                   comm.rank(), contents.state));
    write_synapses(file, contents);
    const Step oldest_unsettled = write_traces(file, contents);
    write_histories(file, contents, oldest_unsettled);
    write_transit(file, contents);
    file.commit();
}

}  // namespace engram::checkpoint
