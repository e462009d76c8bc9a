// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "record/frame_report.hpp"
#include "record/recording.hpp"

namespace engram {

/// A multimeter or voltmeter at work.
class SampleRecording final : public Recording {
public:
    /// Collective.
    SampleRecording(const Network::Recorder& recorder, RecordingContext& context, RankState& state);

    void flush(RankState& state, Step from) override;
    void sync() const override;
    void finish() override;
    void take_over(Recording& before) override;
    [[nodiscard]] std::vector<Events> events() const override;
    void clear(Step now) override;
    [[nodiscard]] std::uint64_t bytes() const override;

    /// Collective. All samples of a variable of a population, on all ranks.
    [[nodiscard]] Trace trace(const std::string& population, const std::string& variable) const;

private:
    struct Variable {
        std::string name, report;       ///< report: its name
        std::size_t first_sampler = 0;  ///< of each VP; one sampler a population follows
        std::unique_ptr<FrameReport> file;
        std::vector<std::vector<double>> memory;  ///< by population: this rank's part of each frame
    };
    /// Collective.
    void add(const std::string& variable, RankState& state);
    /// Collective.
    void flush(Variable& variable, std::size_t i, std::size_t frames, RankState& state);
    /// ms, of what is in memory of a population.
    [[nodiscard]] std::vector<double> times(std::size_t i) const;

    SampleTimes when_;
    std::vector<Variable> variables_;
    /// In memory are the samples of the steps after first_, of each population, up to last_.
    std::vector<Step> first_;
    Step last_;
};

}  // namespace engram
