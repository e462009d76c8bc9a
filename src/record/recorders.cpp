// SPDX-License-Identifier: Apache-2.0
#include "record/recorders.hpp"

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "core/nearest.hpp"
#include "core/time.hpp"
#include "parallel/collectives.hpp"

namespace engram {
namespace {

std::tuple<Step, Step> active(const Network::Recorder& recorder, double resolution) {
    const double origin = recorder.numbers.at("origin");
    return {to_steps_or_never(origin + recorder.numbers.at("start"), resolution),
            to_steps_or_never(origin + recorder.numbers.at("stop"), resolution)};
}

/// The populations of a recorder, by their name in files, in the order of the first of each.
std::vector<std::pair<std::string, std::vector<std::size_t>>> by_file_name(
    const Network& network, const Network::Recorder& recorder) {
    std::vector<std::pair<std::string, std::vector<std::size_t>>> result;
    for (const std::size_t p : recorder.populations) {
        const std::string& name = network.populations[p].sonata_population;
        const auto same = std::find_if(result.begin(), result.end(),
                                       [&](const auto& group) { return group.first == name; });
        if (same == result.end()) result.push_back({name, {p}});
        else same->second.push_back(p);
    }
    return result;
}

/// What a multimeter samples of a population on one rank: `count` columns from `begin` on, of
/// `total`.
struct Columns {
    std::uint64_t begin = 0, count = 0, total = 0;
};

Columns columns_of(const Network& network, const Network::Recorder& recorder, std::size_t p,
                   const Partition::Slice& slice) {
    const auto& neurons = recorder.neurons;
    if (neurons.empty()) return {slice.begin, slice.size(), network.populations[p].size};
    const auto below = [&](NodeIndex node) {
        return static_cast<std::uint64_t>(std::lower_bound(neurons.begin(), neurons.end(), node) -
                                          neurons.begin());
    };
    return {below(slice.begin), below(slice.end) - below(slice.begin), neurons.size()};
}

/// The node ids of these columns; none where they are the columns' numbers.
std::vector<std::uint64_t> node_ids(const Network& network, const Network::Recorder& recorder,
                                    std::size_t p, const Columns& columns) {
    const auto& ids = network.populations[p].node_ids;
    std::vector<std::uint64_t> result;
    if (ids.empty() && recorder.neurons.empty()) return result;
    for (std::uint64_t c = columns.begin; c < columns.begin + columns.count; ++c) {
        const std::uint64_t neuron = recorder.neurons.empty() ? c : recorder.neurons[c];
        result.push_back(ids.empty() ? neuron : ids[neuron]);
    }
    return result;
}

}  // namespace

Step Recorders::FrameTarget::frames_up_to(Step step) const {
    return std::max<Step>(0, std::min(step, end) / interval - std::min(begin, end) / interval);
}

Recorders::Recorders(const Communicator& comm, const Network& network, const Partition& partition,
                     RankState& state, const std::string& folder, const RecordingPositions* resume)
    : comm_(comm),
      network_(network),
      partition_(partition),
      folder_(folder),
      positions_(first_positions(comm, network, folder, resume)),
      started_(state.now),
      flushed_(state.now) {
    parallel::collectively(comm_, [&] {
        if (folder_.empty()) return;
        std::error_code failed;
        std::filesystem::create_directories(folder_, failed);
        if (failed)
            throw Error("output folder '" + folder_ + "' cannot be made (" + failed.message() +
                        "). Choose another with --output");
    });
    for (const auto& recorder : network_.recorders) {
        if (recorder.model->name == "spike_recorder") add_spike_recorder(recorder, state);
        else add_multimeter(recorder, state);
    }
}

void Recorders::add_spike_recorder(const Network::Recorder& recorder, RankState& state) {
    SpikeTarget& target = spike_targets_.emplace_back();
    target.recorder = &recorder;
    std::tie(target.begin, target.end) = active(recorder, network_.resolution);
    target.memory.resize(network_.populations.size());
    std::vector<SpikeReport::Part> parts;
    for (const auto& [name, populations] : by_file_name(network_, recorder)) {
        parts.push_back({name, positions_.at(position_key(recorder.name, name))});
        for (const std::size_t p : populations)
            for (auto& vp : state.vps) vp.slices[p].record_spikes = true;
    }
    if (!folder_.empty())
        target.report = std::make_unique<SpikeReport>(comm_, report_path(folder_, recorder.name),
                                                      parts, network_.resolution);
}

void Recorders::add_multimeter(const Network::Recorder& recorder, RankState& state) {
    for (const auto& variable : recorder.record_from) {
        FrameTarget& target = frame_targets_.emplace_back();
        target.recorder = &recorder;
        target.variable = variable;
        target.name = report_name(recorder, variable);
        target.first_sampler = state.vps.front().samplers.size();
        target.interval = to_steps(recorder.numbers.at("interval"), network_.resolution);
        std::tie(target.begin, target.end) = active(recorder, network_.resolution);
        target.memory.resize(recorder.populations.size());
        std::vector<FrameReport::Part> parts;
        for (const std::size_t p : recorder.populations) {
            const auto& population = network_.populations[p];
            const std::string& name = population.sonata_population;
            const Columns columns =
                columns_of(network_, recorder, p, partition_.rank_slice(p, comm_.rank()));
            parts.push_back({name, population.model->state(variable)->unit, columns.total,
                             columns.begin, columns.count,
                             positions_.at(position_key(target.name, name)),
                             node_ids(network_, recorder, p, columns)});
            for (auto& vp : state.vps) {
                Sampler& sampler = vp.samplers.emplace_back();
                sampler.slice = p;
                sampler.variable = variable;
                sampler.interval = target.interval;
                sampler.begin = target.begin;
                sampler.end = target.end;
                sampler.all = recorder.neurons.empty();
                const NeuronSlice& slice = vp.slices[p];
                for (const NodeIndex neuron : recorder.neurons)
                    if (neuron >= slice.begin && neuron < slice.begin + slice.size)
                        sampler.neurons.push_back(static_cast<LocalIndex>(neuron - slice.begin));
            }
        }
        if (folder_.empty()) continue;
        const Step next =
            (target.begin / target.interval + target.frames_up_to(state.now) + 1) * target.interval;
        target.report = std::make_unique<FrameReport>(
            comm_, report_path(folder_, target.name), variable, parts,
            FrameReport::Times{next, target.interval, network_.resolution});
    }
}

bool Recorders::full(const RankState& state) const {
    constexpr std::size_t limit = std::size_t{4} << 20;  // bytes
    std::size_t held = 0;
    for (const auto& vp : state.vps) {
        for (const auto& spikes : vp.recorded) held += spikes.size() * sizeof(RecordedSpike);
        for (const auto& sampler : vp.samplers) held += sampler.values.size() * sizeof(double);
    }
    return held > limit;
}

void Recorders::flush(RankState& state) {
    for (auto& target : spike_targets_)
        for (const auto& [name, populations] : by_file_name(network_, *target.recorder))
            flush_spikes(target, name, populations, state);
    for (auto& vp : state.vps)
        for (auto& spikes : vp.recorded) spikes.clear();
    for (auto& target : frame_targets_) flush_frames(target, state);
    flushed_ = state.now;
}

void Recorders::flush_spikes(SpikeTarget& target, const std::string& name,
                             const std::vector<std::size_t>& populations, const RankState& state) {
    std::vector<RecordedSpike> all;
    std::uint64_t count = 0;
    const auto take = [&](std::size_t p, const RecordedSpike& spike) {
        if (spike.step <= target.begin || spike.step > target.end) return;
        ++count;
        const auto& ids = network_.populations[p].node_ids;
        if (!target.report) target.memory[p].push_back(spike);
        else all.push_back({spike.step, ids.empty() ? spike.node : ids[spike.node]});
    };
    parallel::collectively(comm_, [&] {
        for (const std::size_t p : populations)
            for (const auto& vp : state.vps)
                for (const RecordedSpike& spike : vp.recorded[p]) take(p, spike);
    });
    if (target.report) target.report->append(name, all, flushed_, state.now);
    positions_.at(position_key(target.recorder->name, name)) += parallel::sum(comm_, count);
}

void Recorders::flush_frames(FrameTarget& target, RankState& state) {
    const auto frames =
        static_cast<std::size_t>(target.frames_up_to(state.now) - target.frames_up_to(flushed_));
    const auto& populations = target.recorder->populations;
    for (std::size_t i = 0; i < populations.size(); ++i) {
        std::vector<double> local;
        parallel::collectively(comm_, [&] {
            for (std::size_t f = 0; f < frames; ++f)
                for (auto& vp : state.vps) {
                    const auto& values = vp.samplers[target.first_sampler + i].values;
                    const auto size = static_cast<std::ptrdiff_t>(values.size() / frames);
                    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(f) * size;
                    local.insert(local.end(), begin, begin + size);
                }
            for (auto& vp : state.vps) vp.samplers[target.first_sampler + i].values.clear();
            if (!target.report)
                target.memory[i].insert(target.memory[i].end(), local.begin(), local.end());
        });
        const std::string& name = network_.populations[populations[i]].sonata_population;
        if (target.report) target.report->append(name, local, frames);
        positions_.at(position_key(target.name, name)) += frames;
    }
}

void Recorders::sync() const {
    for (const auto& target : spike_targets_)
        if (target.report) target.report->sync();
    for (const auto& target : frame_targets_)
        if (target.report) target.report->sync();
}

void Recorders::finish() {
    for (auto& target : spike_targets_)
        if (target.report) target.report->finish();
    for (auto& target : frame_targets_)
        if (target.report) target.report->finish();
}

std::uint64_t Recorders::bytes() const {
    std::uint64_t sum = 0;
    for (const auto& target : spike_targets_)
        for (const auto& spikes : target.memory) sum += spikes.capacity() * sizeof(RecordedSpike);
    for (const auto& target : frame_targets_)
        for (const auto& values : target.memory) sum += values.capacity() * sizeof(double);
    return sum;
}

std::size_t Recorders::population_index(const Network::Recorder& recorder,
                                        const std::string& name) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < recorder.populations.size(); ++i) {
        names.push_back(network_.populations[recorder.populations[i]].name);
        if (names.back() == name) return i;
    }
    throw Error("recorder '" + recorder.name + "': population '" + name + "' (is not recorded). " +
                suggestion(name, names));
}

SpikeTrain Recorders::spikes(const std::string& recorder, const std::string& population) const {
    for (const auto& target : spike_targets_) {
        if (target.recorder->name != recorder) continue;
        const std::size_t p =
            target.recorder->populations[population_index(*target.recorder, population)];
        if (target.report)
            throw Error("recorder '" + recorder + "': its spikes are in " +
                        report_path(folder_, recorder) +
                        " (they are kept in memory only without an output folder). Read the file");
        auto all = parallel::concatenate(comm_, std::span<const RecordedSpike>(target.memory[p]));
        std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
            return std::tie(a.step, a.node) < std::tie(b.step, b.node);
        });
        SpikeTrain train;
        for (const RecordedSpike& spike : all) {
            train.times.push_back(to_ms(spike.step, network_.resolution));
            train.nodes.push_back(spike.node);
        }
        return train;
    }
    std::vector<std::string> names;
    for (const auto& target : spike_targets_) names.push_back(target.recorder->name);
    throw Error("spike_recorder '" + recorder + "' (there is none of this name). " +
                suggestion(recorder, names));
}

Trace Recorders::trace(const std::string& recorder, const std::string& population,
                       const std::string& variable) const {
    for (const auto& target : frame_targets_) {
        if (target.recorder->name != recorder || target.variable != variable) continue;
        const std::size_t i = population_index(*target.recorder, population);
        const std::size_t p = target.recorder->populations[i];
        if (target.report)
            throw Error("recorder '" + recorder +
                        "': its samples are in a file (they are kept in memory only without an "
                        "output folder). Read the file");
        Trace trace;
        trace.nodes = columns_of(network_, *target.recorder, p, {}).total;
        for (Step f = target.frames_up_to(started_) + 1; f <= target.frames_up_to(flushed_); ++f)
            trace.times.push_back(
                to_ms((target.begin / target.interval + f) * target.interval, network_.resolution));
        const auto all = parallel::concatenate(comm_, std::span<const double>(target.memory[i]));
        auto from = all.begin();
        trace.values.resize(trace.times.size() * trace.nodes);
        for (int r = 0; r < comm_.size(); ++r) {
            const Columns columns =
                columns_of(network_, *target.recorder, p, partition_.rank_slice(p, r));
            const auto size = static_cast<std::ptrdiff_t>(columns.count);
            for (std::size_t f = 0; f < trace.times.size(); ++f, from += size)
                std::copy_n(from, size,
                            trace.values.begin() +
                                static_cast<std::ptrdiff_t>(f * trace.nodes + columns.begin));
        }
        return trace;
    }
    std::vector<std::string> names, variables;
    for (const auto& target : frame_targets_) {
        if (names.empty() || names.back() != target.recorder->name)
            names.push_back(target.recorder->name);
        if (target.recorder->name == recorder) variables.push_back(target.variable);
    }
    if (variables.empty())
        throw Error("multimeter '" + recorder + "' (there is none of this name). " +
                    suggestion(recorder, names));
    throw Error("multimeter '" + recorder + "': variable '" + variable + "' (is not recorded). " +
                suggestion(variable, variables));
}

}  // namespace engram
