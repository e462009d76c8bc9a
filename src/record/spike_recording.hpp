// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "record/recording.hpp"
#include "record/spike_report.hpp"

namespace engram {

/// A spike_recorder at work.
class SpikeRecording final : public Recording {
public:
    /// Collective.
    SpikeRecording(const Network::Recorder& recorder, RecordingContext& context, RankState& state);

    void flush(RankState& state, Step from) override;
    void sync() const override;
    void finish() override;
    void take_over(Recording& before) override;
    [[nodiscard]] std::vector<Events> events() const override;
    void clear(Step now) override;
    [[nodiscard]] std::uint64_t bytes() const override;

    /// Collective. All spikes of a population, on all ranks.
    [[nodiscard]] SpikeTrain spikes(const std::string& population) const;

private:
    /// Of a population, on this rank, since the last flush; ordered.
    [[nodiscard]] std::vector<RecordedSpike> collected(const RankState& state,
                                                       std::size_t population) const;

    RecordingWindow active_;
    std::unique_ptr<SpikeReport> report_;
    std::vector<std::vector<RecordedSpike>> memory_;  ///< by population, in order of (step, neuron)
};

}  // namespace engram
