// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "engram/simulation.hpp"

#include "core/time.hpp"
#include "parallel/memory.hpp"
#include "build/agree.hpp"
#include "step/loop.hpp"
#include "record/recorders.hpp"
#include "store/collect.hpp"
#include "store/network_state.hpp"
#include "adjust/adjust.hpp"
#include "checkpoint/checkpointer.hpp"
#include "checkpoint/grow.hpp"
#include "checkpoint/resume.hpp"
#include "observe/folder_lock.hpp"
#include "observe/guard.hpp"
#include "observe/observer.hpp"
#include "observe/watchdog.hpp"

namespace engram {

class Progress;

/// The parts of a simulation, in the order in which they are made. What does more than pass a call
/// on to one of them is in simulation.cpp.
class Simulation::Impl {
public:
    Impl(const Communicator& comm, const NetworkDescription& description, const RunOptions& options)
        : Impl(comm, description, options, nullptr) {}
    /// Collective. What the network `before` grows into. It stays as it is, and has to be taken
    /// over.
    Impl(Impl& before, const NetworkDescription& description)
        : Impl(before.comm_, before.grown(description), before.options_, &before) {}
    /// Local. Takes over what only one can have, and goes on counting.
    void take_over(Impl& before);

    RunEnd run(double duration);
    [[nodiscard]] MemoryReport memory() const;
    [[nodiscard]] TimeReport timing() const;

    [[nodiscard]] double time() const { return to_ms(state_.now, network_.resolution); }
    [[nodiscard]] double min_delay() const { return to_ms(state_.min_delay, network_.resolution); }
    [[nodiscard]] double max_delay() const { return to_ms(state_.max_delay, network_.resolution); }
    void show_progress(const std::string& mode) { options_.progress = mode; }

    void store(const std::string& path) {
        telling_failure([&] { store_network(comm_, path, network_, partition_, state_); });
    }
    void checkpoint(const std::string& path) { checkpointer_.write_to(path); }
    void finish() {
        telling_failure([&] {
            checkpointer_.finish();
            recorders_.finish();
        });
        note_checkpoint();
        observer_.end("done");
    }

    [[nodiscard]] Recorders& recorders() { return recorders_; }
    [[nodiscard]] std::vector<double> state(const std::string& population,
                                            const std::string& variable) const {
        return collect_state(comm_, network_, state_, population, variable);
    }
    [[nodiscard]] std::vector<double> parameter(const std::string& population,
                                                const std::string& name) const;
    [[nodiscard]] std::vector<std::string> projections() const {
        return projection_names(network_);
    }
    [[nodiscard]] ConnectionList connections(const std::string& projection) const {
        return collect_connections(comm_, network_, state_, projection);
    }
    [[nodiscard]] ConnectionList local_connections(const std::string& projection) const {
        return engram::local_connections(network_, state_, find_projection(network_, projection));
    }

    /// Collective. Runs adjust(Adjusted), after which the network is no longer as it was described;
    /// `synapses`: nor are its synapses.
    template <class Adjust>
    void adjust(bool synapses, Adjust adjust_part) {
        adjust_part(Adjusted{comm_, registry_, description_, network_, state_});
        checkpointer_.note_change(synapses);
    }

private:
    /// `before`: what it grows out of, or nullptr.
    Impl(const Communicator& comm, const NetworkDescription& description, const RunOptions& options,
         Impl* before);
    /// Collective. The description with what cannot change. Throws when this network cannot grow
    /// into it; else takes what was recorded out of the state.
    NetworkDescription grown(NetworkDescription description);
    /// Calls work(); the status tells of an error in it.
    template <class Work>
    void telling_failure(Work work) {
        try {
            work();
        } catch (const Error& error) {
            observer_.fail(error.what());
            throw;
        }
    }
    /// Collective. Builds the network, from files where the description or the user name any.
    RankState build_state(const Impl* before);
    RankState build_network(const Impl* before);
    [[nodiscard]] step::BetweenIntervals between_intervals(Progress& progress);
    /// Collective. Advances by so many steps, or fewer where the run has to end.
    RunEnd advance(Step steps, const step::BetweenIntervals& between);
    /// Collective. Throws, after a checkpoint, when the rates are not as the guard wants them.
    void check_rates();
    void note_checkpoint();

    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    Communicator comm_;
    RunOptions options_;
    NetworkDescription description_;
    std::unique_ptr<checkpoint::SignalWatch> signals_;
    Registry registry_;
    Network network_;
    Partition partition_;
    std::unique_ptr<observe::FolderLock> lock_;
    std::unique_ptr<observe::Watchdog> watchdog_;
    std::unique_ptr<checkpoint::CheckpointFile> start_;  ///< until the network is built
    RankState state_;
    step::Loop loop_;
    Recorders recorders_;
    checkpoint::Checkpointer checkpointer_;
    observe::Observer observer_;
    observe::Guard guard_;
    parallel::ProcessMemory built_;
    double build_seconds_ = 0.0, run_seconds_ = 0.0, model_time_ = 0.0;
};

}  // namespace engram
