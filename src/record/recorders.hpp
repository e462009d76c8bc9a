// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engram/communicator.hpp"
#include "engram/simulation.hpp"

#include "core/partition.hpp"
#include "network/network.hpp"
#include "state/rank_state.hpp"
#include "record/frame_report.hpp"
#include "record/spike_report.hpp"

namespace engram {

/// Takes what the VPs collected to where the user wants it: SONATA files in a folder, or memory.
class Recorders {
public:
    /// Collective. Sets up the VPs to collect. `folder`: "" keeps recordings in memory.
    Recorders(const Communicator& comm, const Network& network, const Partition& partition,
              RankState& state, const std::string& folder);

    /// Whether this rank holds so much that all should flush. Local.
    [[nodiscard]] bool full(const RankState& state) const;
    /// Collective. Moves everything collected up to now into the files, or into the memory of this
    /// rank.
    void flush(RankState& state);
    /// Collective. Gives the files their final names.
    void finish();

    /// Collective. The recorded spikes on all ranks.
    [[nodiscard]] SpikeTrain spikes(const std::string& recorder,
                                    const std::string& population) const;
    /// Collective.
    [[nodiscard]] Trace trace(const std::string& recorder, const std::string& population,
                              const std::string& variable) const;
    [[nodiscard]] std::uint64_t bytes() const;

private:
    struct SpikeTarget {
        const Network::Recorder* recorder;
        Step begin = 0, end = 0;
        std::unique_ptr<SpikeReport> report;
        std::vector<std::vector<RecordedSpike>> memory;  ///< by population
    };
    struct FrameTarget {
        const Network::Recorder* recorder;
        std::string variable;
        std::size_t first_sampler = 0;  ///< of each VP; one sampler a population follows
        Step interval = 1, begin = 0, end = 0;
        std::unique_ptr<FrameReport> report;
        std::vector<std::vector<double>> memory;  ///< by population of the recorder
        [[nodiscard]] Step frames_up_to(Step step) const;
    };
    /// Collective.
    void add_spike_recorder(const Network::Recorder& recorder, RankState& state);
    /// Collective.
    void add_multimeter(const Network::Recorder& recorder, RankState& state);
    [[nodiscard]] std::string path(const std::string& name) const;
    /// Collective.
    void flush_spikes(SpikeTarget& target, std::size_t population, const RankState& state);
    /// Collective.
    void flush_frames(FrameTarget& target, RankState& state);
    [[nodiscard]] std::size_t population_index(const Network::Recorder& recorder,
                                               const std::string& name) const;

    Communicator comm_;
    const Network& network_;
    const Partition& partition_;
    std::string folder_;
    std::vector<SpikeTarget> spike_targets_;
    std::vector<FrameTarget> frame_targets_;
    Step flushed_ = 0;
};

}  // namespace engram
