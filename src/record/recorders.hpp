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
#include "record/positions.hpp"
#include "record/spike_report.hpp"

namespace engram {

/// Takes what the VPs collected to where the user wants it: SONATA files in a folder, or memory.
class Recorders {
public:
    /// Collective. Sets up the VPs to collect. `folder`: "" keeps recordings in memory. `resume`:
    /// the positions at the checkpoint that `state` is of, to which recordings in the folder are
    /// cut back; none for a new run.
    Recorders(const Communicator& comm, const Network& network, const Partition& partition,
              RankState& state, const std::string& folder, const RecordingPositions* resume);

    /// Whether this rank holds so much that all should flush. Local.
    [[nodiscard]] bool full(const RankState& state) const;
    /// Collective. Moves everything collected up to now into the files, or into the memory of this
    /// rank.
    void flush(RankState& state);
    /// Collective. What was flushed into files is on the disk when it returns.
    void sync() const;
    /// Local. Where each recording stood at the last flush; in memory they go on from where they
    /// were resumed. The same on all ranks.
    [[nodiscard]] const RecordingPositions& positions() const { return positions_; }
    /// Collective. Makes the files that users read.
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
        std::string variable, name;     ///< name: of the report
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
    /// Collective.
    void flush_spikes(SpikeTarget& target, const std::string& name,
                      const std::vector<std::size_t>& populations, const RankState& state);
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
    RecordingPositions positions_;
    Step started_, flushed_;
};

}  // namespace engram
