// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>

#include "engram/communicator.hpp"

#include "state/rank_state.hpp"
#include "step/exchange.hpp"

namespace engram::step {

/// Wall time of one thread by phase, s.
struct PhaseTimes {
    double deliver = 0.0, update = 0.0, collect = 0.0, exchange = 0.0, receive = 0.0;
};

/// What happens between intervals, outside the threads: rank 0's progress, recordings. Called by
/// the communicating thread while the others wait.
struct BetweenIntervals {
    std::function<std::uint32_t()> flags;  ///< this rank's flags for the next exchange
    std::function<void(std::uint32_t flags)>
        after;  ///< collective when a flag is set that all ranks see
};

/// How far a call of run() came, and the flags of all ranks that ended it early.
struct Outcome {
    Step steps = 0;
    std::uint32_t flags = 0;
};

/// Advances the network, interval by interval, on all threads of all ranks.
class Loop {
public:
    Loop(const Communicator& comm, RankState& state, std::shared_ptr<Transport> transport);
    Loop(const Communicator& comm, RankState& state) : Loop(comm, state, over_mpi(comm)) {}

    /// Collective. Advances by `steps`, or fewer when a rank raises a flag of `leaving_flags`: then
    /// all ranks leave after the same interval, with its spikes received. Throws on all ranks when
    /// any thread of any rank fails.
    Outcome run(Step steps, const BetweenIntervals& between);

    /// Local. Counts on from where the loop of an earlier network stopped.
    void go_on_counting(const Loop& before) {
        times_ = before.times_;
        exchange_.go_on_counting(before.exchange_);
    }

    [[nodiscard]] const Exchange& exchange() const { return exchange_; }
    /// Mean over this rank's threads.
    [[nodiscard]] PhaseTimes times() const;

private:
    struct Shared;
    void work(std::size_t thread, Shared& shared);

    Communicator comm_;
    RankState& state_;
    Exchange exchange_;
    std::vector<PhaseTimes> times_;
};

}  // namespace engram::step
