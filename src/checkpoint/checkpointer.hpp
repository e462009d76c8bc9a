// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engram/simulation.hpp"

#include "core/partition.hpp"
#include "network/network.hpp"
#include "state/rank_state.hpp"
#include "step/loop.hpp"
#include "record/recorders.hpp"
#include "checkpoint/checkpoint_file.hpp"
#include "checkpoint/signals.hpp"

namespace engram::checkpoint {

/// The simulation that checkpoints are made of. Refers to its parts.
struct Simulated {
    const Communicator& comm;
    const NetworkDescription& description;
    const Registry& registry;
    const Network& network;
    const Partition& partition;
    RankState& state;
    Recorders& recorders;
};

/// Where the checkpoints of a run go: "" when it keeps nothing on the disk.
std::string folder_of(const CheckpointOptions& options, const std::string& output);

/// Local. Notes the signals of a run that may write checkpoints; nullptr if it shall not. To be
/// made before the network is built, which may take long.
std::unique_ptr<SignalWatch> watch_signals(const CheckpointOptions& options, const RunOptions& run);

/// Decides when a run writes checkpoints, and writes them.
class Checkpointer {
public:
    /// `signals`: what notes them, or nullptr. `resumed`: what the run continues from, or nullptr.
    Checkpointer(const Simulated& simulated, const RunOptions& run, SignalWatch* signals,
                 const CheckpointFile* resumed);

    /// Local. What this rank asks for at the end of an interval.
    std::uint32_t flags();
    /// Steps until a checkpoint at a model time is due.
    [[nodiscard]] Step steps_left() const;
    /// Collective. After the loop was left: writes a checkpoint if one is due. Returns whether the
    /// run shall end here.
    bool after(std::uint32_t flags);
    /// Collective. The last checkpoint of a run that is done, from which it can be prolonged.
    void finish();
    /// Local. The network is no longer as it was described first; `synapses`: nor are its synapses.
    void note_change(bool synapses);
    /// Local. Whether checkpoints hold the synapses: the description does not tell them, or the
    /// user wishes so.
    [[nodiscard]] bool stores_connectivity() const { return stores_connectivity_; }
    /// Local. Plans on like that of the network that this one grew out of.
    void go_on_from(const Checkpointer& before);
    /// Collective. Writes a checkpoint to a file of the user's choice.
    void write_to(const std::string& path);

    /// Checkpoints written, the time they took on the slowest rank (s), bytes of the last one.
    struct Written {
        std::uint64_t count = 0;
        double seconds = 0.0;
        std::uint64_t bytes = 0;
        std::string when = {};  ///< the last one, UTC
    };
    [[nodiscard]] const Written& written() const { return written_; }

    /// The newest checkpoint in the folder.
    struct Newest {
        std::string path;  ///< "" when there is none
        Step step = -1;
        std::string written;  ///< when, UTC
    };
    [[nodiscard]] const Newest& newest() const { return newest_; }
    /// Collective. Writes a checkpoint to the folder, if there is one, unless that of this step is
    /// there.
    void write_now() {
        if (!folder_.empty()) write(true);
    }

private:
    using Clock = std::chrono::steady_clock;
    /// Collective. Into the folder; a failure is a warning if the run can go on without.
    void write(bool needed);
    void save(const std::string& path);
    /// What is kept free of max_wall for the last checkpoint.
    [[nodiscard]] double seconds_needed() const;
    void restart_clock();
    void tell(const std::string& text) const;

    Simulated simulated_;
    std::string folder_;
    std::size_t keep_;
    bool planned_;  ///< the user asked for checkpoints
    bool stop_on_failure_;
    bool stores_connectivity_;  ///< as the user wishes, or since the description does not tell it
    int threads_;
    bool quiet_;
    SignalWatch* signals_;
    Step every_steps_ = 0;                      ///< of model time; 0: never
    double every_wall_ = 0.0, max_wall_ = 0.0;  ///< s; 0: never
    Clock::time_point next_;                    ///< when one is due by the wall clock
    Step tried_ = -1;                           ///< when one was written last, or failed to be
    std::optional<Identity> identity_;          ///< when the first one is written
    Newest newest_;
    Written written_;
    double slowest_ = 0.0;  ///< s, of the checkpoints so far; a guess before the first one
};

}  // namespace engram::checkpoint
