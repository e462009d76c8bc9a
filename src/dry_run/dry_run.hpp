// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engram/simulation.hpp"

#include "dry_run/other_ranks.hpp"

namespace engram::dry_run {

/// Which rank's share is built, out of how many.
struct Options {
    int ranks = 1, rank = 0;
    int threads = 1;             ///< of each rank
    std::optional<double> rate;  ///< of the sources on other ranks, spikes/s; or as those here
    std::string progress = "none";
};

/// What a rank needs, in the words of a run's report. Memory and times are of this rank alone.
struct Report {
    MemoryReport memory;
    std::uint64_t exchange_bytes = 0;  ///< of the category "routes and exchange": buffers
    TimeReport times;                  ///< without what stood in for the other ranks ...
    double seconds_of_others = 0.0;    ///< ... which took this
    Messages messages;
    std::uint64_t block_bytes = 0;  ///< to each rank in each interval, at the end
    std::uint64_t neurons = 0;      ///< on this rank
    std::uint64_t rows = 0;         ///< sources that have targets on this rank
    Step min_delay = 1;             ///< steps of an interval
    double resolution = 0.1;        ///< ms
    struct Rate {
        std::string population;
        double here = 0.0, others = 0.0;  ///< spikes/s over the run; remote sources as drawn
    };
    std::vector<Rate> rates;
};

/// Builds the share of one rank and simulates it for the description's duration (rounded up to
/// whole intervals), with drawn spikes in place of those of other ranks. By one process: `comm` has
/// one rank. Recorders and checkpoints of the description are left out.
Report run(const Communicator& comm, NetworkDescription description, const Options& options);

}  // namespace engram::dry_run
