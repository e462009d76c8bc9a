// SPDX-License-Identifier: Apache-2.0
// How a simulation runs: the loop, and what is looked at between intervals and when it was left.
#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "core/duration.hpp"
#include "core/progress.hpp"
#include "parallel/collectives.hpp"
#include "simulation/impl.hpp"

namespace engram {

step::BetweenIntervals Simulation::Impl::between_intervals(Progress& progress) {
    step::BetweenIntervals between;
    between.flags = [&]() -> std::uint32_t {
        std::uint32_t flags = checkpointer_.flags();
        if (recorders_.full(state_)) flags |= step::flag_flush;
        if (options_.interrupted && options_.interrupted()) flags |= step::flag_interrupt;
        if (observer_.due()) flags |= step::flag_observe;
        return flags;
    };
    between.after = [&](std::uint32_t flags) {
        watchdog_->now_doing(observe::Watchdog::Doing::interval);
        if ((flags & step::flag_flush) != 0) recorders_.flush(state_);
        if ((flags & step::flag_observe) != 0) observer_.observe();
        progress.update(time());
    };
    return between;
}

RunEnd Simulation::Impl::run(double duration) {
    const Step steps = steps_of_run(duration, network_.resolution);
    const auto begin = std::chrono::steady_clock::now();
    const double start = time();
    Progress progress(comm_.rank() == 0 ? options_.progress : "none", start, start + duration);
    observer_.begin(start, start + duration);
    RunEnd end = RunEnd::done;
    telling_failure([&] {
        end = advance(steps, between_intervals(progress));
        recorders_.flush(state_);
    });
    if (end == RunEnd::requeue) observer_.end("requeue");
    else observer_.pause(time());
    progress.finish(time());
    run_seconds_ += parallel::max(comm_, seconds_since(begin));
    model_time_ += time() - start;
    return end;
}

RunEnd Simulation::Impl::advance(Step left, const step::BetweenIntervals& between) {
    RunEnd end = RunEnd::done;
    while (left > 0 && end == RunEnd::done) {
        watchdog_->now_doing(observe::Watchdog::Doing::interval);
        const auto [steps, flags] =
            loop_.run(std::min({left, checkpointer_.steps_left(), guard_.steps_left()}), between);
        watchdog_->now_doing(observe::Watchdog::Doing::other);
        left -= steps;
        if (checkpointer_.after(flags)) end = RunEnd::requeue;
        else if ((flags & step::flag_interrupt) != 0) end = RunEnd::interrupted;
        note_checkpoint();
        check_rates();
    }
    return end;
}

void Simulation::Impl::check_rates() {
    const std::string wrong = guard_.check();
    if (wrong.empty()) return;
    checkpointer_.write_now();
    note_checkpoint();
    const std::string& path = checkpointer_.newest().path;
    throw Error(fmt::format("{}. {}", wrong,
                            path.empty() ? "Change the network, or [guard]"
                                         : "The state is in " + path +
                                               ": change [guard] and "
                                               "continue with --resume, or change the network"));
}

void Simulation::Impl::note_checkpoint() {
    const auto& newest = checkpointer_.newest();
    if (!newest.path.empty())
        observer_.note_checkpoint(to_ms(newest.step, network_.resolution), newest.written);
}

}  // namespace engram
