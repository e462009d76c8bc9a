// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engram/communicator.hpp"
#include "engram/description.hpp"

#include "network/network.hpp"
#include "state/rank_state.hpp"

namespace engram::observe {

/// Looks at the rates of the populations after each window of model time. What it finds depends on
/// the network alone, not on when or where it runs.
class Guard {
public:
    Guard(const Communicator& comm, const Network& network, const RankState& state,
          const GuardOptions& options);

    /// Local. Counts on like that of the network that this one grew out of.
    void go_on_from(const Guard& before);
    /// Steps until the end of a window; the most there are when nothing is guarded.
    [[nodiscard]] Step steps_left() const;
    /// Collective. After the loop was left: what is wrong, if a window ends here; "" when nothing
    /// is.
    std::string check();

private:
    const Communicator& comm_;
    const Network& network_;
    const RankState& state_;
    GuardOptions options_;
    Step window_ = 0;                    ///< steps; 0: nothing is guarded
    Step from_ = 0;                      ///< when the counts were taken
    std::vector<std::uint64_t> counts_;  ///< of each population
};

}  // namespace engram::observe
