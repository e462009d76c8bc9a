// SPDX-License-Identifier: Apache-2.0
#include "record/sample_recording.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "core/time.hpp"
#include "parallel/collectives.hpp"

namespace engram {
namespace {

SampleTimes sample_times(const Network::Recorder& recorder, double resolution) {
    const RecordingWindow active = window_of(recorder, resolution);
    return {to_steps(recorder.numbers.at("interval"), resolution),
            to_steps(recorder.numbers.at("offset"), resolution), active.begin, active.end};
}

/// What is sampled of a population on one rank: `count` columns from `begin` on, of `total`.
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

NodeIndex neuron_of(const Network::Recorder& recorder, std::uint64_t column) {
    return recorder.neurons.empty() ? column : recorder.neurons[column];
}

/// The node ids of these columns in files; none where they are the columns' numbers.
std::vector<std::uint64_t> node_ids(const Network& network, const Network::Recorder& recorder,
                                    std::size_t p, const Columns& columns) {
    const auto& ids = network.populations[p].node_ids;
    std::vector<std::uint64_t> result;
    if (ids.empty() && recorder.neurons.empty()) return result;
    for (std::uint64_t c = columns.begin; c < columns.begin + columns.count; ++c) {
        const NodeIndex neuron = neuron_of(recorder, c);
        result.push_back(ids.empty() ? neuron : ids[neuron]);
    }
    return result;
}

Sampler sampler_of(const NeuronSlice& slice, const Network::Recorder& recorder, std::size_t p,
                   const std::string& variable, const SampleTimes& when) {
    Sampler sampler;
    sampler.slice = p;
    sampler.variable = variable;
    sampler.times = when;
    sampler.all = recorder.neurons.empty();
    for (const NodeIndex neuron : recorder.neurons)
        if (neuron >= slice.begin && neuron < slice.begin + slice.size)
            sampler.neurons.push_back(static_cast<LocalIndex>(neuron - slice.begin));
    return sampler;
}

}  // namespace

SampleRecording::SampleRecording(const Network::Recorder& recorder, RecordingContext& context,
                                 RankState& state)
    : Recording(recorder, context),
      when_(sample_times(recorder, context.network.resolution)),
      first_(recorder.populations.size(), state.now),
      last_(state.now) {
    for (const auto& variable : recorder.record_from) add(variable, state);
}

void SampleRecording::add(const std::string& variable, RankState& state) {
    Variable& v = variables_.emplace_back();
    v.name = variable;
    v.report = report_name(recorder_, variable);
    v.first_sampler = state.vps.front().samplers.size();
    v.memory.resize(recorder_.populations.size());
    std::vector<FrameReport::Part> parts;
    for (std::size_t i = 0; i < v.memory.size(); ++i) {
        const std::size_t p = recorder_.populations[i];
        const Columns columns = columns_of(context_.network, recorder_, p,
                                           context_.partition.rank_slice(p, context_.comm.rank()));
        if (!is_taken_over(v.report, group(i)))
            parts.push_back({group(i), context_.network.populations[p].model->state(variable)->unit,
                             columns.total, columns.begin, columns.count,
                             context_.positions.at(position_key(v.report, group(i))),
                             node_ids(context_.network, recorder_, p, columns)});
        for (auto& vp : state.vps)
            vp.samplers.push_back(sampler_of(vp.slices[p], recorder_, p, variable, when_));
    }
    if (!to_file_) return;
    v.file = std::make_unique<FrameReport>(
        context_.comm, report_path(context_.folder, v.report), variable, parts,
        FrameReport::Times{when_.at(when_.count_until(state.now)), when_.interval,
                           context_.network.resolution});
}

void SampleRecording::flush(RankState& state, Step from) {
    const auto frames =
        static_cast<std::size_t>(when_.count_until(state.now) - when_.count_until(from));
    for (auto& variable : variables_)
        for (std::size_t i = 0; i < variable.memory.size(); ++i) flush(variable, i, frames, state);
    last_ = state.now;
}

void SampleRecording::flush(Variable& variable, std::size_t i, std::size_t frames,
                            RankState& state) {
    std::vector<double> local;
    parallel::collectively(context_.comm, [&] {
        for (std::size_t f = 0; f < frames; ++f)
            for (auto& vp : state.vps) {
                const auto& values = vp.samplers[variable.first_sampler + i].values;
                const auto size = static_cast<std::ptrdiff_t>(values.size() / frames);
                const auto begin = values.begin() + static_cast<std::ptrdiff_t>(f) * size;
                local.insert(local.end(), begin, begin + size);
            }
        for (auto& vp : state.vps) vp.samplers[variable.first_sampler + i].values.clear();
        if (!to_file_)
            variable.memory[i].insert(variable.memory[i].end(), local.begin(), local.end());
    });
    if (variable.file) variable.file->append(group(i), local, frames);
    context_.positions.at(position_key(variable.report, group(i))) += frames;
}

void SampleRecording::sync() const {
    for (const auto& variable : variables_)
        if (variable.file) variable.file->sync();
}

void SampleRecording::finish() {
    for (const auto& variable : variables_)
        if (variable.file) variable.file->finish();
}

void SampleRecording::take_over(Recording& before) {
    auto& old = dynamic_cast<SampleRecording&>(before);
    for_common_parts(old, [&](std::size_t i, std::size_t j) {
        first_[i] = old.first_[j];
        for (std::size_t v = 0; v < variables_.size(); ++v)
            variables_[v].memory[i] = std::move(old.variables_[v].memory[j]);
    });
    for (std::size_t v = 0; v < variables_.size() && to_file_; ++v)
        variables_[v].file->take_over(*old.variables_[v].file);
}

std::vector<double> SampleRecording::times(std::size_t i) const {
    std::vector<double> result;
    for (Step f = when_.count_until(first_[i]); f < when_.count_until(last_); ++f)
        result.push_back(to_ms(when_.at(f), context_.network.resolution));
    return result;
}

std::vector<Events> SampleRecording::events() const {
    require_memory();
    std::vector<Events> result(recorder_.populations.size());
    for (std::size_t i = 0; i < result.size(); ++i) {
        Events& events = result[i];
        events.from = population(i);
        const std::size_t p = recorder_.populations[i];
        const Columns columns = columns_of(context_.network, recorder_, p,
                                           context_.partition.rank_slice(p, context_.comm.rank()));
        for (const double time : times(i))
            for (std::uint64_t c = columns.begin; c < columns.begin + columns.count; ++c) {
                events.times.push_back(time);
                events.nodes.push_back(neuron_of(recorder_, c));
            }
        for (const auto& variable : variables_) events.values[variable.name] = variable.memory[i];
    }
    return result;
}

void SampleRecording::clear(Step now) {
    for (auto& variable : variables_)
        for (auto& values : variable.memory) values = {};
    first_.assign(first_.size(), now);
}

std::uint64_t SampleRecording::bytes() const {
    std::uint64_t sum = 0;
    for (const auto& variable : variables_)
        for (const auto& values : variable.memory) sum += values.capacity() * sizeof(double);
    return sum;
}

Trace SampleRecording::trace(const std::string& population, const std::string& variable) const {
    const auto& names = recorder_.record_from;
    const auto at = std::find(names.begin(), names.end(), variable);
    if (at == names.end())
        throw Error(fmt::format("recorder '{}': variable '{}' (is not recorded). {}",
                                recorder_.name, variable, suggestion(variable, names)));
    const std::size_t i = index_of(population), p = recorder_.populations[i];
    require_memory();
    const auto& local = variables_[static_cast<std::size_t>(at - names.begin())].memory[i];
    Trace trace;
    trace.nodes = columns_of(context_.network, recorder_, p, {}).total;
    trace.times = times(i);
    const auto all = parallel::concatenate(context_.comm, std::span<const double>(local));
    auto from = all.begin();
    trace.values.resize(trace.times.size() * trace.nodes);
    for (int r = 0; r < context_.comm.size(); ++r) {
        const Columns columns =
            columns_of(context_.network, recorder_, p, context_.partition.rank_slice(p, r));
        const auto size = static_cast<std::ptrdiff_t>(columns.count);
        for (std::size_t f = 0; f < trace.times.size(); ++f, from += size)
            std::copy_n(from, size,
                        trace.values.begin() +
                            static_cast<std::ptrdiff_t>(f * trace.nodes + columns.begin));
    }
    return trace;
}

}  // namespace engram
