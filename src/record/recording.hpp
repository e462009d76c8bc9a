// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "engram/communicator.hpp"
#include "engram/simulation.hpp"

#include "core/partition.hpp"
#include "network/network.hpp"
#include "state/rank_state.hpp"
#include "record/positions.hpp"

namespace engram {

/// What all recordings of a simulation share; owned by Recorders.
struct RecordingContext {
    Communicator comm;
    const Network& network;
    const Partition& partition;
    std::string folder;
    RecordingPositions positions;
    /// What is taken over of earlier recordings, by position_key(): its files are open there.
    std::set<std::string> taken_over;
};

/// One recorder at work: takes what the VPs collected for it to a file, or into the memory of this
/// rank.
class Recording {
public:
    Recording(const Network::Recorder& recorder, RecordingContext& context)
        : recorder_(recorder),
          context_(context),
          to_file_(goes_to_file(recorder, context.folder)) {}
    virtual ~Recording() = default;
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

    [[nodiscard]] const Network::Recorder& recorder() const { return recorder_; }
    [[nodiscard]] bool to_file() const { return to_file_; }

    /// Collective. Takes what was collected in the steps after `from`, up to now.
    virtual void flush(RankState& state, Step from) = 0;
    /// Collective.
    virtual void sync() const = 0;
    /// Collective.
    virtual void finish() = 0;

    /// Local. Takes over what the recording of this name of an earlier network has in memory and in
    /// files, and goes on with it.
    virtual void take_over(Recording& before) = 0;

    /// Local. What is in the memory of this rank.
    [[nodiscard]] virtual std::vector<Events> events() const = 0;
    /// Local. Forgets what is in memory; `now` is the step of the last flush.
    virtual void clear(Step now) = 0;
    [[nodiscard]] virtual std::uint64_t bytes() const = 0;

protected:
    [[nodiscard]] const std::string& population(std::size_t i) const {
        return context_.network.populations[recorder_.populations[i]].name;
    }
    /// The name of a population in files.
    [[nodiscard]] const std::string& group(std::size_t i) const {
        return context_.network.populations[recorder_.populations[i]].sonata_population;
    }
    [[nodiscard]] bool is_taken_over(const std::string& report, const std::string& part) const {
        return context_.taken_over.contains(position_key(report, part));
    }
    /// Calls take(i, j) for the parts that both recordings have: the number here and there.
    template <class Take>
    void for_common_parts(const Recording& before, Take take) const {
        const auto here = recorded_parts(context_.network, recorder_),
                   there = recorded_parts(before.context_.network, before.recorder_);
        for (std::size_t i = 0; i < here.size(); ++i)
            for (std::size_t j = 0; j < there.size(); ++j)
                if (here[i] == there[j]) take(i, j);
    }
    /// Where `part` (a population or a projection) stands in `from`. Throws where it does not.
    [[nodiscard]] std::size_t index_of(const std::string& part) const;
    /// Throws when the recording is in a file.
    void require_memory() const;

    const Network::Recorder& recorder_;
    RecordingContext& context_;
    bool to_file_;
};

}  // namespace engram
