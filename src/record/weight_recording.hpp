// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "record/recording.hpp"
#include "record/weight_report.hpp"

namespace engram {

/// A weight_recorder at work.
class WeightRecording final : public Recording {
public:
    /// Collective.
    WeightRecording(const Network::Recorder& recorder, RecordingContext& context, RankState& state);

    void flush(RankState& state, Step from) override;
    void sync() const override;
    void finish() override;
    void take_over(Recording& before) override;
    [[nodiscard]] std::vector<Events> events() const override;
    void clear(Step now) override;
    [[nodiscard]] std::uint64_t bytes() const override;

private:
    [[nodiscard]] const std::string& projection(std::size_t i) const {
        return context_.network.projections[recorder_.projections[i]].name;
    }
    RecordingWindow active_;
    std::unique_ptr<WeightReport> report_;
    std::vector<std::vector<TransmittedWeight>> memory_;  ///< by projection, in order
};

}  // namespace engram
