// SPDX-License-Identifier: Apache-2.0
#include "engram/simulation.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "core/duration.hpp"
#include "core/nearest.hpp"
#include "core/time.hpp"
#include "parallel/collectives.hpp"
#include "parallel/memory.hpp"
#include "build/build.hpp"
#include "build/populate.hpp"
#include "report.hpp"
#include "simulation/impl.hpp"
#include "sonata/read_edges.hpp"
#include "sonata/read_spikes.hpp"

namespace engram {
namespace {

/// The description with the options that take the place of its own.
NetworkDescription with_options(NetworkDescription description, const RunOptions& options) {
    if (options.checkpoints) description.checkpoints = *options.checkpoints;
    return description;
}

/// Wall time of an option, s; 0 for "".
double wall_seconds(const char* option, const std::string& text) {
    if (text.empty()) return 0.0;
    const Duration duration = parse_duration(text);
    if (!duration.wall)
        throw Error(
            fmt::format("{} = \"{}\" (ms is model time; must be wall time). Write for "
                        "example 10min",
                        option, text));
    return duration.ms / 1000.0;
}

observe::Status first_status(const Communicator& comm, const NetworkDescription& description,
                             const RunOptions& options) {
    observe::Status status = observe::status_of_this_process();
    status.network = description.origin.empty() ? "network" : description.origin;
    status.ranks = comm.size();
    status.threads = options.threads;
    return status;
}

}  // namespace

Simulation::Impl::Impl(const Communicator& comm, const NetworkDescription& description,
                       const RunOptions& options, Impl* before)
    : comm_(comm),
      options_(options),
      description_(with_options(description, options)),
      signals_(before ? nullptr : checkpoint::watch_signals(description_.checkpoints, options_)),
      registry_(builtin_models()),
      network_(build::agree_on_network(comm, description_, registry_, options.threads)),
      partition_(build::partition_of(comm, network_, options.threads)),
      lock_(before ? nullptr : std::make_unique<observe::FolderLock>(comm, options.output)),
      watchdog_(before
                    ? nullptr
                    : std::make_unique<observe::Watchdog>(
                          comm, options.output, wall_seconds("stall_limit", options.stall_limit))),
      start_(before ? nullptr : checkpoint::find_start(comm, description_, options_)),
      state_(build_state(before)),
      loop_(comm, state_),
      recorders_(comm, network_, partition_, state_, options.output,
                 start_ ? &start_->recordings() : nullptr, before ? &before->recorders_ : nullptr),
      checkpointer_({comm_, description_, registry_, network_, partition_, state_, recorders_},
                    options_, (before ? before->signals_ : signals_).get(), start_.get()),
      observer_(comm_, network_, registry_, state_, first_status(comm, description_, options),
                options.output, wall_seconds("status_every", options.status_every)),
      guard_(comm_, network_, state_, description_.guard),
      build_seconds_(parallel::max(comm, seconds_since(began_))) {
    start_.reset();
    parallel::release_freed_memory();
    built_ = parallel::process_memory();
}

NetworkDescription Simulation::Impl::grown(NetworkDescription description) {
    description.checkpoints = description_.checkpoints;
    description.guard = description_.guard;
    parallel::collectively(comm_, [&] {
        (void)resolve(description, registry_);  // what is wrong with it comes first
        checkpoint::require_growth(description_, description, registry_);
    });
    recorders_.flush(state_);  // what a call of run() that failed has left
    return description;
}

void Simulation::Impl::take_over(Impl& before) {
    signals_ = std::move(before.signals_);
    lock_ = std::move(before.lock_);
    watchdog_ = std::move(before.watchdog_);
    recorders_.take_over(before.recorders_);
    loop_.go_on_counting(before.loop_);
    checkpointer_.go_on_from(before.checkpointer_);
    observer_.go_on_from(before.observer_);
    guard_.go_on_from(before.guard_);
    build_seconds_ += before.build_seconds_;
    run_seconds_ = before.run_seconds_;
    model_time_ = before.model_time_;
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

RankState Simulation::Impl::build_state(const Impl* before) {
    RankState state = build_network(before);
    sonata::read_spikes(comm_, network_, partition_, state);
    return state;
}

RankState Simulation::Impl::build_network(const Impl* before) {
    if (before)
        return checkpoint::grow(comm_,
                                {before->network_, before->partition_, before->state_,
                                 !before->checkpointer_.stores_connectivity()},
                                network_, registry_, partition_);
    if (start_) {
        start_->mark_growth(network_);
        return checkpoint::rebuild(comm_, *start_, network_, registry_, partition_);
    }
    if (options_.restore.empty())
        return build::build(comm_, network_, registry_, partition_,
                            sonata::read_edges(comm_, network_, partition_));
    return restore_network(comm_, options_.restore, network_, registry_, partition_,
                           options_.allow_changes);
}

}  // namespace engram
