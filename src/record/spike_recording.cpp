// SPDX-License-Identifier: Apache-2.0
#include "record/spike_recording.hpp"

#include <algorithm>
#include <tuple>

#include "core/time.hpp"
#include "parallel/collectives.hpp"

namespace engram {
namespace {

bool earlier(const RecordedSpike& a, const RecordedSpike& b) {
    return std::tie(a.step, a.node) < std::tie(b.step, b.node);
}

}  // namespace

SpikeRecording::SpikeRecording(const Network::Recorder& recorder, RecordingContext& context,
                               RankState& state)
    : Recording(recorder, context),
      active_(window_of(recorder, context.network.resolution)),
      memory_(recorder.populations.size()) {
    for (const std::size_t p : recorder.populations)
        for (auto& vp : state.vps) vp.slices[p].record_spikes = true;
    std::vector<SpikeReport::Part> parts;
    for (const std::string& name : recorded_groups(context.network, recorder))
        if (!is_taken_over(recorder.name, name))
            parts.push_back({name, context_.positions.at(position_key(recorder.name, name))});
    if (to_file_)
        report_ = std::make_unique<SpikeReport>(context_.comm,
                                                report_path(context_.folder, recorder.name), parts,
                                                context_.network.resolution);
}

void SpikeRecording::flush(RankState& state, Step from) {
    for (const std::string& name : recorded_groups(context_.network, recorder_)) {
        std::vector<RecordedSpike> to_report;
        std::uint64_t count = 0;
        parallel::collectively(context_.comm, [&] {
            for (std::size_t i = 0; i < memory_.size(); ++i) {
                if (group(i) != name) continue;
                const auto spikes = collected(state, recorder_.populations[i]);
                count += spikes.size();
                if (!to_file_) memory_[i].insert(memory_[i].end(), spikes.begin(), spikes.end());
                const auto& ids = context_.network.populations[recorder_.populations[i]].node_ids;
                if (to_file_)
                    for (const RecordedSpike& spike : spikes)
                        to_report.push_back(
                            {spike.step, ids.empty() ? spike.node : ids[spike.node]});
            }
        });
        if (report_) report_->append(name, to_report, from, state.now);
        context_.positions.at(position_key(recorder_.name, name)) +=
            parallel::sum(context_.comm, count);
    }
}

std::vector<RecordedSpike> SpikeRecording::collected(const RankState& state,
                                                     std::size_t population) const {
    std::vector<RecordedSpike> spikes;
    for (const auto& vp : state.vps)
        for (const RecordedSpike& spike : vp.recorded[population])
            if (active_.contains(spike.step)) spikes.push_back(spike);
    std::sort(spikes.begin(), spikes.end(), earlier);
    return spikes;
}

void SpikeRecording::sync() const {
    if (report_) report_->sync();
}

void SpikeRecording::finish() {
    if (report_) report_->finish();
}

void SpikeRecording::take_over(Recording& before) {
    auto& old = dynamic_cast<SpikeRecording&>(before);
    for_common_parts(old,
                     [&](std::size_t i, std::size_t j) { memory_[i] = std::move(old.memory_[j]); });
    if (report_) report_->take_over(*old.report_);
}

std::vector<Events> SpikeRecording::events() const {
    require_memory();
    std::vector<Events> result(memory_.size());
    for (std::size_t i = 0; i < memory_.size(); ++i) {
        result[i].from = population(i);
        for (const RecordedSpike& spike : memory_[i]) {
            result[i].times.push_back(to_ms(spike.step, context_.network.resolution));
            result[i].nodes.push_back(spike.node);
        }
    }
    return result;
}

void SpikeRecording::clear(Step) {
    for (auto& spikes : memory_) spikes = {};
}

std::uint64_t SpikeRecording::bytes() const {
    std::uint64_t sum = 0;
    for (const auto& spikes : memory_) sum += spikes.capacity() * sizeof(RecordedSpike);
    return sum;
}

SpikeTrain SpikeRecording::spikes(const std::string& population) const {
    const std::size_t i = index_of(population);
    require_memory();
    auto all = parallel::concatenate(context_.comm, std::span<const RecordedSpike>(memory_[i]));
    std::sort(all.begin(), all.end(), earlier);
    SpikeTrain train;
    for (const RecordedSpike& spike : all) {
        train.times.push_back(to_ms(spike.step, context_.network.resolution));
        train.nodes.push_back(spike.node);
    }
    return train;
}

}  // namespace engram
