// SPDX-License-Identifier: Apache-2.0
#include "engram/simulation.hpp"

#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "core/duration.hpp"
#include "core/progress.hpp"
#include "core/time.hpp"
#include "parallel/collectives.hpp"
#include "parallel/memory.hpp"
#include "build/agree.hpp"
#include "build/build.hpp"
#include "step/loop.hpp"
#include "record/recorders.hpp"
#include "store/collect.hpp"
#include "store/network_state.hpp"
#include "checkpoint/checkpointer.hpp"
#include "checkpoint/resume.hpp"
#include "report.hpp"
#include "sonata/read_edges.hpp"
#include "sonata/read_spikes.hpp"

namespace engram {
namespace {

/// The description with the options that take the place of its own.
NetworkDescription with_options(NetworkDescription description, const RunOptions& options) {
    if (options.checkpoints) description.checkpoints = *options.checkpoints;
    return description;
}

}  // namespace

class Simulation::Impl {
public:
    Impl(const Communicator& comm, const NetworkDescription& description, const RunOptions& options)
        : comm_(comm),
          options_(options),
          description_(with_options(description, options)),
          signals_(checkpoint::watch_signals(description_.checkpoints, options_)),
          registry_(builtin_models()),
          network_(build::agree_on_network(comm, description_, registry_, options.threads)),
          partition_(build::partition_of(comm, network_, options.threads)),
          start_(checkpoint::find_start(comm, description_, options_)),
          state_(build_state()),
          loop_(comm, state_),
          recorders_(comm, network_, partition_, state_, options.output,
                     start_ ? &start_->recordings() : nullptr),
          checkpointer_({comm_, description_, registry_, network_, partition_, state_, recorders_},
                        options_, signals_.get(), start_.get()),
          build_seconds_(parallel::max(comm, seconds_since(began_))) {
        start_.reset();
        parallel::release_freed_memory();
        built_ = parallel::process_memory();
    }

    RunEnd run(double duration) {
        Step left = checked_steps(duration);
        const auto begin = std::chrono::steady_clock::now();
        const double start = time();
        Progress progress(comm_.rank() == 0 ? options_.progress : "none", start, start + duration);
        step::BetweenIntervals between;
        between.flags = [&]() -> std::uint32_t {
            return checkpointer_.flags() |
                   (recorders_.full(state_) ? std::uint32_t{step::flag_flush} : 0u);
        };
        between.after = [&](std::uint32_t flags) {
            if ((flags & step::flag_flush) != 0) recorders_.flush(state_);
            progress.update(time());
        };
        RunEnd end = RunEnd::done;
        while (left > 0 && end == RunEnd::done) {
            const auto [steps, flags] =
                loop_.run(std::min(left, checkpointer_.steps_left()), between);
            left -= steps;
            if (checkpointer_.after(flags)) end = RunEnd::requeue;
        }
        recorders_.flush(state_);
        progress.finish(time());
        run_seconds_ += parallel::max(comm_, seconds_since(begin));
        model_time_ += time() - start;
        return end;
    }

    [[nodiscard]] double time() const { return to_ms(state_.now, network_.resolution); }

    void store(const std::string& path) {
        store_network(comm_, path, network_, partition_, state_);
    }

    void checkpoint(const std::string& path) { checkpointer_.write_to(path); }

    void finish() {
        checkpointer_.finish();
        recorders_.finish();
    }

    [[nodiscard]] const Recorders& recorders() const { return recorders_; }

    [[nodiscard]] std::vector<double> state(const std::string& population,
                                            const std::string& variable) const {
        return collect_state(comm_, network_, state_, population, variable);
    }
    [[nodiscard]] std::vector<std::string> projections() const {
        return projection_names(network_);
    }
    [[nodiscard]] ConnectionList connections(const std::string& projection) const {
        return collect_connections(comm_, network_, state_, projection);
    }

    [[nodiscard]] MemoryReport memory() const {
        return report_memory(comm_, network_, state_, loop_, recorders_.bytes(), built_);
    }
    [[nodiscard]] TimeReport timing() const {
        TimeReport report = report_times(comm_, state_, loop_);
        report.build = build_seconds_;
        report.run = run_seconds_;
        report.model_time = model_time_;
        report.checkpoints = checkpointer_.written().count;
        report.checkpoint_seconds = checkpointer_.written().seconds;
        report.checkpoint_bytes = checkpointer_.written().bytes;
        return report;
    }

private:
    /// Collective. Builds the network, from files where the description or the user name any.
    RankState build_state() {
        RankState state = build_network();
        sonata::read_spikes(comm_, network_, partition_, state);
        return state;
    }
    RankState build_network() {
        if (start_) return checkpoint::rebuild(comm_, *start_, network_, registry_, partition_);
        if (options_.restore.empty())
            return build::build(comm_, network_, registry_, partition_,
                                sonata::read_edges(comm_, network_, partition_));
        return restore_network(comm_, options_.restore, network_, registry_, partition_,
                               options_.allow_changes);
    }

    [[nodiscard]] Step checked_steps(double duration) const {
        if (!(duration >= 0.0) || !std::isfinite(duration) ||
            !on_grid(duration, network_.resolution))
            throw Error(fmt::format(
                "duration = {} ms (must be a multiple of the resolution, {} ms, and not negative). "
                "Choose a multiple",
                duration, network_.resolution));
        return to_steps(duration, network_.resolution);
    }

    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    Communicator comm_;
    RunOptions options_;
    NetworkDescription description_;
    std::unique_ptr<checkpoint::SignalWatch> signals_;
    Registry registry_;
    Network network_;
    Partition partition_;
    std::unique_ptr<checkpoint::CheckpointFile> start_;  ///< until the network is built
    RankState state_;
    step::Loop loop_;
    Recorders recorders_;
    checkpoint::Checkpointer checkpointer_;
    parallel::ProcessMemory built_;
    double build_seconds_ = 0.0, run_seconds_ = 0.0, model_time_ = 0.0;
};

Simulation::Simulation(const Communicator& comm, const NetworkDescription& network,
                       const RunOptions& options)
    : impl_(std::make_unique<Impl>(comm, network, options)) {}
Simulation::~Simulation() = default;
Simulation::Simulation(Simulation&&) noexcept = default;
Simulation& Simulation::operator=(Simulation&&) noexcept = default;

RunEnd Simulation::run(double duration) { return impl_->run(duration); }
double Simulation::time() const { return impl_->time(); }
void Simulation::store(const std::string& path) { impl_->store(path); }
void Simulation::checkpoint(const std::string& path) { impl_->checkpoint(path); }
void Simulation::finish() { impl_->finish(); }
SpikeTrain Simulation::spikes(const std::string& recorder, const std::string& population) {
    return impl_->recorders().spikes(recorder, population);
}
Trace Simulation::trace(const std::string& recorder, const std::string& population,
                        const std::string& variable) {
    return impl_->recorders().trace(recorder, population, variable);
}
std::vector<double> Simulation::state(const std::string& population, const std::string& variable) {
    return impl_->state(population, variable);
}
ConnectionList Simulation::connections(const std::string& projection) {
    return impl_->connections(projection);
}
std::vector<std::string> Simulation::projections() const { return impl_->projections(); }
MemoryReport Simulation::memory() const { return impl_->memory(); }
TimeReport Simulation::timing() const { return impl_->timing(); }

}  // namespace engram
