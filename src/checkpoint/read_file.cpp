// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/time.hpp"
#include "parallel/collectives.hpp"
#include "parallel/share.hpp"
#include "network/canonical.hpp"
#include "store/network_state.hpp"
#include "store/target_order.hpp"
#include "checkpoint/checkpoint_file.hpp"
#include "checkpoint/past.hpp"
#include "checkpoint/paths.hpp"

namespace engram::checkpoint {
namespace {

/// What reading shares: the file, and the network that it is read into.
struct Reading {
    const Communicator& comm;
    const hdf5::File& file;
    const Network& network;
    const Partition& partition;
    RankState& state;

    [[noreturn]] void damaged(const std::string& object, const char* why) const {
        engram::damaged(file.path(), object, why);
    }
    /// The part of an array of `total` elements that belongs to this rank's neurons.
    template <class T>
    [[nodiscard]] std::vector<T> read(const std::string& path, std::uint64_t begin,
                                      std::uint64_t count, std::uint64_t total) const {
        if (file.array_size(path) != total) damaged(path, "its length does not fit the network");
        return file.read_array<T>(path, begin, count);
    }
    [[nodiscard]] Partition::Slice slice(std::size_t population) const {
        return partition.rank_slice(population, comm.rank());
    }
};

void require_steps(const Reading& r, const std::string& path, std::span<const Step> steps) {
    if (std::any_of(steps.begin(), steps.end(),
                    [&](Step step) { return step < 0 || step > r.state.now; }))
        r.damaged(path, "a spike lies outside the time that was simulated");
}

/// Collective. The weights of one projection in canonical order, piece by piece into their places.
void read_weights(const Reading& r, std::size_t projection) {
    const auto& p = r.network.projections[projection];
    const std::string path = weights_path(p.name);
    std::uint64_t count = 0;
    for (const auto& vp : r.state.vps) count += vp.synapses.places[projection].synapses;
    std::uint64_t at = parallel::sum_below(r.comm, count);
    const std::uint64_t total = parallel::sum(r.comm, count);
    parallel::collectively(r.comm, [&] {
        for (auto& vp : r.state.vps) {
            SynapseColumns& columns = vp.synapses.columns_of(projection);
            for (TargetOrder order(vp, projection, vp.slices[p.target].size); order.next();) {
                const auto weights = r.read<double>(path, at, order.size(), total);
                if (!std::all_of(weights.begin(), weights.end(),
                                 [](double w) { return std::isfinite(w); }))
                    r.damaged(path, "a weight is not finite");
                order.visit([&](std::size_t place, Row, const Segment& s, std::size_t k) {
                    columns.set_weight(s.begin() + k, weights[place]);
                });
                at += order.size();
            }
        }
    });
}

/// Collective.
void read_traces(const Reading& r) {
    for (const TraceKey& key : trace_keys(r.network, r.state)) {
        const auto& population = r.network.populations[key.population];
        const std::string group =
            traces_path(traces_name(key.synapse_model, key.since), population.name);
        const Partition::Slice own = r.slice(key.population);
        SourceTraces traces;
        parallel::collectively(r.comm, [&] {
            const auto read = [&]<class T>(const char* name, std::vector<T>& column) {
                column = r.read<T>(group + name, own.begin, own.size(), population.size);
            };
            read("/last_spike_step", traces.last_spike);
            for (const auto& name : value_names(r.state, key))
                read(("/" + name).c_str(), traces.values.emplace_back());
            read("/settled", traces.settled);
            require_steps(r, group + "/last_spike_step", traces.last_spike);
        });
        restore_traces(r.comm, r.state, key, traces);
    }
}

/// Collective. One population's, some neurons at a time.
void read_history(const Reading& r, std::size_t population) {
    constexpr std::uint64_t neurons_at_once = 8192;
    const std::string group = histories_path(r.network.populations[population].name);
    const std::uint64_t size = r.network.populations[population].size;
    const Partition::Slice own = r.slice(population);
    std::vector<std::uint64_t> counts;
    parallel::collectively(r.comm, [&] {
        counts = r.read<std::uint64_t>(group + "/count", own.begin, own.size(), size);
    });
    const std::uint64_t mine = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    std::uint64_t at = parallel::sum_below(r.comm, mine);
    const std::uint64_t total = parallel::sum(r.comm, mine);
    parallel::collectively(r.comm, [&] {
        HistoryRestorer restorer(r.state, population);
        for (std::uint64_t first = 0; first < counts.size(); first += neurons_at_once) {
            const auto some =
                std::span(counts).subspan(first, std::min(neurons_at_once, counts.size() - first));
            const std::uint64_t n = std::accumulate(some.begin(), some.end(), std::uint64_t{0});
            const auto spikes = r.read<Step>(group + "/spike_step", at, n, total);
            require_steps(r, group + "/spike_step", spikes);
            constexpr std::uint64_t traced = PostWindow::traced;
            const auto traces = r.read<double>(group + "/trace", (own.begin + first) * traced,
                                               some.size() * traced, size * traced);
            std::vector<double> triplets(some.size(), 0.0);
            if (has_triplets(r.state, population))
                triplets =
                    r.read<double>(group + "/triplet_trace", own.begin + first, some.size(), size);
            std::size_t spike = 0;
            for (std::size_t i = 0; i < some.size(); ++i) {
                PostHistory::Traces newest;
                std::copy_n(traces.begin() + static_cast<std::ptrdiff_t>(i * traced), traced,
                            newest.begin());
                const auto of_neuron = std::span(spikes).subspan(spike, some[i]);
                if (!std::is_sorted(of_neuron.begin(), of_neuron.end()))
                    r.damaged(group + "/spike_step", "a neuron's spikes are not in order");
                restorer.add(of_neuron, newest, triplets[i]);
                spike += some[i];
            }
            at += n;
        }
    });
}

/// Collective. Each rank reads an equal part.
void read_transit(const Reading& r) {
    const std::string steps = transit_path + std::string("/step"),
                      sources = transit_path + std::string("/source");
    TransitList part;
    parallel::collectively(r.comm, [&] {
        const std::uint64_t total = r.file.array_size(steps);
        const parallel::Share share = parallel::share_of(r.comm, total);
        part.step = r.read<Step>(steps, share.begin, share.size(), total);
        part.source = r.read<GlobalIndex>(sources, share.begin, share.size(), total);
        require_steps(r, steps, part.step);
        if (std::any_of(part.step.begin(), part.step.end(),
                        [&](Step step) { return step <= r.state.now - r.state.max_delay; }))
            r.damaged(steps, "a spike has arrived long ago");
        if (std::any_of(part.source.begin(), part.source.end(),
                        [&](GlobalIndex source) { return source >= r.network.neurons(); }))
            r.damaged(sources, "a source is no neuron of the network");
    });
    restore_transit(r.comm, r.network, r.partition, r.state, part);
}

std::string text_of(const hdf5::File& file, const char* path) {
    const auto bytes = file.read_array<std::uint8_t>(path, 0, file.array_size(path));
    return {bytes.begin(), bytes.end()};
}

}  // namespace

CheckpointFile::CheckpointFile(const Communicator& comm, const std::string& path)
    : comm_(comm), nodes_(comm, path, format) {
    parallel::collectively(comm_, [&] { read_header(); });
}

void CheckpointFile::read_header() {
    const hdf5::File& file = nodes_.file();
    step_ = file.read_attribute<std::int64_t>("/", "step");
    if (step_ < 0 || to_ms(step_, nodes_.header().resolution) != nodes_.header().time_ms)
        damaged(file.path(), "step", "it is not the model time");
    stores_connectivity_ = file.read_attribute<std::string>("/", "connectivity") == "store";
    connectivity_hash_ = file.read_attribute<std::uint64_t>("/", "connectivity_hash");
    description_ = parse_network(text_of(file, description_path), file.path());
    if (!description_.problems.empty() ||
        description_hash(description_) != file.read_attribute<std::string>("/", "description_hash"))
        damaged(file.path(), description_path, "it is not what its hash says");
    for (const auto& name : file.attributes(recordings_path))
        recordings_[name] = file.read_attribute<std::uint64_t>(recordings_path, name);
    if (!file.exists(grown_path)) return;
    for (const auto& name : file.attributes(grown_path)) {
        const auto since = file.read_attribute<std::int64_t>(grown_path, name);
        if (since <= 0 || since > step_)
            damaged(file.path(), grown_path, "a time lies outside the time that was simulated");
        grown_[name] = since;
    }
}

void CheckpointFile::require_fit(const Network& network) const {
    Problems problems;
    if (network.resolution != nodes_.header().resolution)
        problems.add(fmt::format("resolution: {} ms in the checkpoint, {} ms in the description",
                                 nodes_.header().resolution, network.resolution));
    for (const auto& p : network.populations) {
        const auto& stored = nodes_.populations();
        const auto same = [&](const auto& s) {
            return s.name == p.name && s.model == p.model->name && s.size == p.size;
        };
        if (std::none_of(stored.begin(), stored.end(), same))
            problems.add(fmt::format("population '{}' of {} {} is not in the checkpoint", p.name,
                                     p.size, p.model->name));
    }
    problems.throw_if_any(fmt::format(
        "cannot continue from '{}' (its state fits no such network). Change the description back",
        nodes_.file().path()));
}

void CheckpointFile::mark_growth(Network& network) const {
    for (auto& p : network.projections)
        if (const auto at = grown_.find(p.name); at != grown_.end()) p.since = at->second;
}

void CheckpointFile::restore(const Network& network, const Partition& partition,
                             RankState& state) const {
    state.now = step_;
    const Reading r{comm_, nodes_.file(), network, partition, state};
    read_states(comm_, nodes_, network, state);
    for (std::size_t i = 0; i < network.projections.size() && !stores_connectivity_; ++i)
        if (!network.projections[i].device &&
            state.vps.front().synapses.columns_of(i).history != nullptr)
            read_weights(r, i);
    read_traces(r);
    for (std::size_t p = 0; p < network.populations.size(); ++p)
        if (has_history(state, p)) read_history(r, p);
    read_transit(r);
}

}  // namespace engram::checkpoint
