// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engram/communicator.hpp"

#include "network/network.hpp"
#include "state/rank_state.hpp"
#include "observe/status.hpp"

namespace engram::observe {

/// Writes the status of a run to its output folder while it runs, and at its end. By rank 0, of
/// what all ranks tell it.
class Observer {
public:
    /// `first`: what does not change. `folder`: "" for none. `every`: s; takes at most a hundredth
    /// of the time, by looking more rarely where weights are many.
    Observer(const Communicator& comm, const Network& network, const Registry& registry,
             const RankState& state, Status first, std::string folder, double every);
    /// Local. Looks on like that of the network that this one grew out of.
    void go_on_from(const Observer& before);
    /// Local. The model time of a run that begins now, ms.
    void begin(double now, double end);
    /// Local. Whether a status is due, by the clock of rank 0.
    [[nodiscard]] bool due() const;
    /// Local. The newest checkpoint.
    void note_checkpoint(double ms, const std::string& written);
    /// Collective.
    void observe();
    /// Local. A call of run() is over, and another may follow: written if a status is due, since
    /// such calls may be short and many. `now`: ms.
    void pause(double now);
    /// Collective. The run is over; `state` as in Status, unless it failed before.
    void end(const std::string& state);
    /// Local. The run failed.
    void fail(const std::string& message);

private:
    using Clock = std::chrono::steady_clock;

    const Communicator& comm_;
    const Network& network_;
    const RankState& state_;
    std::vector<std::size_t> plastic_;
    std::string folder_;
    Status status_;
    Clock::time_point began_ = Clock::now(), next_ = Clock::now();
    Clock::time_point before_ = Clock::now();  ///< of the status before
    std::vector<std::uint64_t> counts_;        ///< then
    double time_before_ = 0.0;                 ///< model time then, ms
    double begin_wall_ = 0.0, begin_time_ = 0.0;
};

}  // namespace engram::observe
