// SPDX-License-Identifier: Apache-2.0
#include "step/loop.hpp"

#include <chrono>
#include <mutex>

#include "parallel/barrier.hpp"
#include "parallel/collectives.hpp"
#include "parallel/team.hpp"
#include "step/deliver.hpp"
#include "step/receive.hpp"
#include "step/update.hpp"

namespace engram::step {
namespace {

/// Adds the time since the last mark to a phase.
class Stopwatch {
public:
    void mark(double& phase) {
        const auto now = std::chrono::steady_clock::now();
        phase += std::chrono::duration<double>(now - last_).count();
        last_ = now;
    }

private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// Keeps the interval's spikes until they have arrived everywhere; those up to step `arrived` have.
void note_transit(VirtualProcess& vp, Step begin, Step arrived) {
    for (const LocalSpike& spike : vp.spikes)
        if (!vp.routes_of(spike.neuron).empty())
            vp.transit.add({begin + static_cast<Step>(spike.lag) + 1, spike.neuron});
    vp.transit.forget_until(arrived);
}

}  // namespace

/// What the threads of a rank share during one run().
struct Loop::Shared {
    Shared(std::size_t threads, Step steps, const BetweenIntervals& hooks)
        : barrier(static_cast<int>(threads)), left(steps), between(hooks) {}

    parallel::Barrier barrier;
    Step left;                ///< written by the communicating thread between barriers
    std::uint32_t flags = 0;  ///< of all ranks, for leaving; likewise
    const BetweenIntervals& between;
    std::mutex mutex;
    std::string failure;  ///< of the first thread that failed

    /// A thread that fails goes on to the barriers, or it would leave the others waiting there; the
    /// failure reaches all ranks with the next exchange.
    template <class Work>
    void guard(Work work) noexcept {
        try {
            work();
        } catch (const std::bad_alloc&) {
            fail(
                "out of memory during the simulation (an allocation failed). Use more nodes, or a "
                "smaller network");
        } catch (const std::exception& error) {
            fail(error.what());
        } catch (...) {
            fail("unknown failure (an exception of no known type). Please report it");
        }
    }
    void fail(const char* what) noexcept {
        const std::lock_guard lock(mutex);
        if (failure.empty()) failure = what;
    }
};

Loop::Loop(const Communicator& comm, RankState& state, std::shared_ptr<Transport> transport)
    : comm_(comm),
      state_(state),
      exchange_(comm, std::move(transport), state.vps.size(), state.min_delay),
      times_(state.vps.size()) {}

Outcome Loop::run(Step steps, const BetweenIntervals& between) {
    if (steps == 0) return {};
    Shared shared(state_.vps.size(), steps, between);
    parallel::run_team(static_cast<int>(state_.vps.size()),
                       [&](int thread) { work(static_cast<std::size_t>(thread), shared); });
    parallel::collectively(comm_, [&] {
        if (!shared.failure.empty()) throw Error(shared.failure);
    });
    return {steps - shared.left, shared.flags};
}

/// For interval k, on each VP:  deliver(t) < update(t) < deliver(t+1) for its steps t;  on each
/// rank, for all VPs:  update < count < fill < communicate < sort < receive < deliver of interval
/// k+1. Only communicate() is serial; `<` between threads is a barrier.
void Loop::work(std::size_t thread, Shared& shared) {
    VirtualProcess& vp = state_.vps[thread];
    PhaseTimes& times = times_[thread];
    Stopwatch watch;
    while (shared.left > 0 && shared.flags == 0) {
        const Step now = state_.now;
        const Step steps = std::min(state_.min_delay, shared.left);
        shared.guard([&] {
            vp.spikes.clear();
            for (Step lag = 0; lag < steps; ++lag) {
                settle(vp, now + lag + 1);
                deliver(vp, now + lag + 1);
                watch.mark(times.deliver);
                update(vp, now + lag + 1, static_cast<std::uint32_t>(lag));
                watch.mark(times.update);
            }
        });
        shared.guard([&] { exchange_.count(thread, vp); });
        shared.barrier.arrive_and_wait();
        shared.guard([&] { exchange_.fill(thread, vp); });
        shared.barrier.arrive_and_wait();
        watch.mark(times.collect);
        if (thread == 0) {
            std::uint32_t flags =
                shared.failure.empty() ? 0 : static_cast<std::uint32_t>(flag_failed);
            shared.guard([&] { flags |= shared.between.flags ? shared.between.flags() : 0; });
            flags = exchange_.communicate(flags, state_.vps);
            state_.now += steps;
            shared.left -= steps;
            shared.flags = flags & leaving_flags;
            if ((flags & flag_failed) == 0 && shared.between.after)
                shared.guard([&] { shared.between.after(flags); });
        }
        shared.barrier.arrive_and_wait();
        watch.mark(times.exchange);
        shared.guard([&] { exchange_.sort(thread); });
        shared.barrier.arrive_and_wait();
        shared.guard([&] {
            for (std::size_t lag = 0; lag < static_cast<std::size_t>(steps); ++lag)
                receive(vp, exchange_.rows(lag), now + static_cast<Step>(lag) + 1);
            note_transit(vp, now, now + steps - state_.max_delay);
            if (vp.settle_every != 0)
                for (NeuronSlice& slice : vp.slices)
                    if (slice.history) slice.history->advance_origin(now + steps);
        });
        if (thread == 0) shared.guard([&] { exchange_.adapt(); });
        watch.mark(times.receive);
    }
}

PhaseTimes Loop::times() const {
    PhaseTimes mean;
    const double share = 1.0 / static_cast<double>(times_.size());
    for (const PhaseTimes& t : times_) {
        mean.deliver += share * t.deliver;
        mean.update += share * t.update;
        mean.collect += share * t.collect;
        mean.exchange += share * t.exchange;
        mean.receive += share * t.receive;
    }
    return mean;
}

}  // namespace engram::step
