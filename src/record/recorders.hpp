// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "record/recording.hpp"

namespace engram {

class SampleRecording;
class SpikeRecording;

/// Takes what the VPs collected to where the user wants it: files in a folder, or memory.
class Recorders {
public:
    /// Collective. Sets up the VPs to collect. `folder`: "" keeps recordings in memory. `resume`:
    /// the positions at the checkpoint that `state` is of, to which recordings in the folder are
    /// cut back; none for a new run. `before`: those of the network that this one grew out of,
    /// which are to be taken over.
    Recorders(const Communicator& comm, const Network& network, const Partition& partition,
              RankState& state, const std::string& folder, const RecordingPositions* resume,
              const Recorders* before = nullptr);
    ~Recorders();
    /// Local. Takes over what is in memory and in files, after which `before` records no more.
    void take_over(Recorders& before);

    /// Whether this rank holds so much that all should flush. Local.
    [[nodiscard]] bool full(const RankState& state) const;
    /// Collective. Moves everything collected up to now into the files, or into the memory of this
    /// rank.
    void flush(RankState& state);
    /// Collective. What was flushed into files is on the disk when it returns.
    void sync() const;
    /// Local. Where each recording stood at the last flush; in memory they go on from where they
    /// were resumed. The same on all ranks.
    [[nodiscard]] const RecordingPositions& positions() const { return context_.positions; }
    /// Collective. Makes the files that users read.
    void finish();

    /// Local. What a recorder holds in the memory of this rank.
    [[nodiscard]] std::vector<Events> events(const std::string& recorder) const;
    /// Local. Forgets it.
    void clear_events(const std::string& recorder);
    /// Collective. The recorded spikes on all ranks.
    [[nodiscard]] SpikeTrain spikes(const std::string& recorder,
                                    const std::string& population) const;
    /// Collective.
    [[nodiscard]] Trace trace(const std::string& recorder, const std::string& population,
                              const std::string& variable) const;
    [[nodiscard]] std::uint64_t bytes() const;

private:
    RecordingContext context_;
    std::vector<std::unique_ptr<Recording>> recordings_;
    std::vector<const SpikeRecording*> spikes_;
    std::vector<const SampleRecording*> samples_;
    Step flushed_;
};

}  // namespace engram
