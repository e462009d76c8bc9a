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
    std::vector<SpikeReport::Part> parts;
    for (std::size_t i = 0; i < memory_.size(); ++i) {
        parts.push_back(
            {population(i), context_.positions.at(position_key(recorder.name, population(i)))});
        for (auto& vp : state.vps) vp.slices[recorder.populations[i]].record_spikes = true;
    }
    if (to_file_)
        report_ = std::make_unique<SpikeReport>(context_.comm,
                                                report_path(context_.folder, recorder.name), parts,
                                                context_.network.resolution);
}

void SpikeRecording::flush(RankState& state, Step from) {
    for (std::size_t i = 0; i < memory_.size(); ++i) {
        std::vector<RecordedSpike> local;
        parallel::collectively(context_.comm, [&] {
            for (const auto& vp : state.vps)
                for (const RecordedSpike& spike : vp.recorded[recorder_.populations[i]])
                    if (active_.contains(spike.step)) local.push_back(spike);
            if (to_file_) return;
            std::sort(local.begin(), local.end(), earlier);
            memory_[i].insert(memory_[i].end(), local.begin(), local.end());
        });
        if (report_) report_->append(population(i), local, from, state.now);
        context_.positions.at(position_key(recorder_.name, population(i))) +=
            parallel::sum<std::uint64_t>(context_.comm, local.size());
    }
}

void SpikeRecording::sync() const {
    if (report_) report_->sync();
}

void SpikeRecording::finish() {
    if (report_) report_->finish();
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
