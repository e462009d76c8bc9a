// SPDX-License-Identifier: Apache-2.0
#include "engram/simulation.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "core/duration.hpp"
#include "core/nearest.hpp"
#include "core/progress.hpp"
#include "core/time.hpp"
#include "parallel/collectives.hpp"
#include "parallel/memory.hpp"
#include "build/build.hpp"
#include "build/populate.hpp"
#include "report.hpp"
#include "simulation/impl.hpp"

namespace engram {
namespace {

/// The description with the options that take the place of its own.
NetworkDescription with_options(NetworkDescription description, const RunOptions& options) {
    if (options.checkpoints) description.checkpoints = *options.checkpoints;
    return description;
}

}  // namespace

Simulation::Impl::Impl(const Communicator& comm, const NetworkDescription& description,
                       const RunOptions& options)
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

step::BetweenIntervals Simulation::Impl::between_intervals(Progress& progress) {
    step::BetweenIntervals between;
    between.flags = [&]() -> std::uint32_t {
        std::uint32_t flags = checkpointer_.flags();
        if (recorders_.full(state_)) flags |= step::flag_flush;
        if (options_.interrupted && options_.interrupted()) flags |= step::flag_interrupt;
        return flags;
    };
    between.after = [&](std::uint32_t flags) {
        if ((flags & step::flag_flush) != 0) recorders_.flush(state_);
        progress.update(time());
    };
    return between;
}

RunEnd Simulation::Impl::run(double duration) {
    Step left = checked_steps(duration);
    const auto begin = std::chrono::steady_clock::now();
    const double start = time();
    Progress progress(comm_.rank() == 0 ? options_.progress : "none", start, start + duration);
    const step::BetweenIntervals between = between_intervals(progress);
    RunEnd end = RunEnd::done;
    while (left > 0 && end == RunEnd::done) {
        const auto [steps, flags] = loop_.run(std::min(left, checkpointer_.steps_left()), between);
        left -= steps;
        if (checkpointer_.after(flags)) end = RunEnd::requeue;
        else if ((flags & step::flag_interrupt) != 0) end = RunEnd::interrupted;
    }
    recorders_.flush(state_);
    progress.finish(time());
    run_seconds_ += parallel::max(comm_, seconds_since(begin));
    model_time_ += time() - start;
    return end;
}

std::vector<double> Simulation::Impl::parameter(const std::string& population,
                                                const std::string& name) const {
    const std::size_t number = find_population(network_, population);
    const auto& p = network_.populations[number];
    const FieldInfo* field = p.model->parameter(name);
    std::vector<std::string> known;
    for (const auto& one : p.model->parameters) known.push_back(one.name);
    if (field == nullptr)
        throw Error(
            fmt::format("population '{}': parameter '{}' (the model has none of this name). {}",
                        population, name, suggestion(name, known)));
    const auto set = p.values.find(name);
    if (set == p.values.end()) return {field->default_value};
    return build::neuron_values(set->second, network_, number, name, 0, p.size);
}

MemoryReport Simulation::Impl::memory() const {
    return report_memory(comm_, network_, state_, loop_, recorders_.bytes(), built_);
}

TimeReport Simulation::Impl::timing() const {
    TimeReport report = report_times(comm_, state_, loop_);
    report.build = build_seconds_;
    report.run = run_seconds_;
    report.model_time = model_time_;
    report.checkpoints = checkpointer_.written().count;
    report.checkpoint_seconds = checkpointer_.written().seconds;
    report.checkpoint_bytes = checkpointer_.written().bytes;
    return report;
}

RankState Simulation::Impl::build_state() {
    if (start_) return checkpoint::rebuild(comm_, *start_, network_, registry_, partition_);
    if (options_.restore.empty()) return build::build(comm_, network_, registry_, partition_, {});
    const NetworkFile file(comm_, options_.restore);
    require_fit(comm_, file, options_.restore, network_, partition_, options_.allow_changes);
    RankState state = build::build(comm_, network_, registry_, partition_,
                                   read_synapses(comm_, file, network_, partition_));
    read_states(comm_, file, network_, state);
    return state;
}

Step Simulation::Impl::checked_steps(double duration) const {
    if (!(duration >= 0.0) || !std::isfinite(duration) || !on_grid(duration, network_.resolution))
        throw Error(fmt::format(
            "duration = {} ms (must be a multiple of the resolution, {} ms, and not negative). "
            "Choose a multiple",
            duration, network_.resolution));
    return to_steps(duration, network_.resolution);
}

}  // namespace engram
