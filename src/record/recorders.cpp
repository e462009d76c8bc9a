// SPDX-License-Identifier: Apache-2.0
#include "record/recorders.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "parallel/collectives.hpp"
#include "record/sample_recording.hpp"
#include "record/spike_recording.hpp"
#include "record/weight_recording.hpp"

namespace engram {
namespace {

/// Of the recordings of one kind, that of a recorder.
template <class Pointers>
auto& find(const Pointers& recordings, const char* kind, const std::string& name) {
    std::vector<std::string> names;
    for (const auto& recording : recordings) {
        names.push_back(recording->recorder().name);
        if (names.back() == name) return *recording;
    }
    throw Error(fmt::format("{} '{}' (there is none of this name). {}", kind, name,
                            suggestion(name, names)));
}

}  // namespace

Recorders::Recorders(const Communicator& comm, const Network& network, const Partition& partition,
                     RankState& state, const std::string& folder, const RecordingPositions* resume,
                     const Recorders* before)
    : context_{comm, network, partition, folder, first_positions(comm, network, folder, resume),
               {}},
      flushed_(state.now) {
    if (before != nullptr)
        for (const auto& [key, rows] : before->positions()) {
            context_.positions.at(key) = rows;
            context_.taken_over.insert(key);
        }
    parallel::collectively(comm, [&] {
        if (folder.empty()) return;
        std::error_code failed;
        std::filesystem::create_directories(folder, failed);
        if (failed)
            throw Error("output folder '" + folder + "' cannot be made (" + failed.message() +
                        "). Choose another with --output");
    });
    for (const auto& recorder : network.recorders) {
        if (recorder.model->records == Records::spikes) {
            auto spikes = std::make_unique<SpikeRecording>(recorder, context_, state);
            spikes_.push_back(spikes.get());
            recordings_.push_back(std::move(spikes));
        } else if (recorder.model->records == Records::weights) {
            recordings_.push_back(std::make_unique<WeightRecording>(recorder, context_, state));
        } else {
            auto samples = std::make_unique<SampleRecording>(recorder, context_, state);
            samples_.push_back(samples.get());
            recordings_.push_back(std::move(samples));
        }
    }
}

Recorders::~Recorders() = default;

void Recorders::take_over(Recorders& before) {
    for (const auto& old : before.recordings_)
        find(recordings_, "recorder", old->recorder().name).take_over(*old);
}

bool Recorders::full(const RankState& state) const {
    constexpr std::size_t limit = std::size_t{4} << 20;  // bytes
    std::size_t held = 0;
    for (const auto& vp : state.vps) {
        for (const auto& spikes : vp.recorded) held += spikes.size() * sizeof(RecordedSpike);
        for (const auto& sampler : vp.samplers) held += sampler.values.size() * sizeof(double);
        for (const auto& tap : vp.weight_taps)
            held += tap.weights.size() * sizeof(TransmittedWeight);
    }
    return held > limit;
}

void Recorders::flush(RankState& state) {
    for (const auto& recording : recordings_) recording->flush(state, flushed_);
    for (auto& vp : state.vps) {
        for (auto& spikes : vp.recorded) spikes.clear();
        for (auto& tap : vp.weight_taps) tap.weights.clear();
    }
    flushed_ = state.now;
}

void Recorders::sync() const {
    for (const auto& recording : recordings_) recording->sync();
}

void Recorders::finish() {
    for (const auto& recording : recordings_) recording->finish();
}

std::uint64_t Recorders::bytes() const {
    std::uint64_t sum = 0;
    for (const auto& recording : recordings_) sum += recording->bytes();
    return sum;
}

std::vector<Events> Recorders::events(const std::string& recorder) const {
    return find(recordings_, "recorder", recorder).events();
}

void Recorders::clear_events(const std::string& recorder) {
    find(recordings_, "recorder", recorder).clear(flushed_);
}

SpikeTrain Recorders::spikes(const std::string& recorder, const std::string& population) const {
    return find(spikes_, "spike_recorder", recorder).spikes(population);
}

Trace Recorders::trace(const std::string& recorder, const std::string& population,
                       const std::string& variable) const {
    return find(samples_, "multimeter", recorder).trace(population, variable);
}

}  // namespace engram
