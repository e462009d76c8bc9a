// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engram/engram.hpp"

namespace engram::command {

/// What `engram run` was asked to do.
struct RunRequest {
    std::string network;
    std::vector<std::string> set;
    RunOptions options;
    std::string store;                  ///< network file to write at the end; "" for none
    std::vector<std::string> store_at;  ///< `MS=FILE`: network files to write on the way
    std::string report;                 ///< JSON file with times and memory; "" for none
    bool quiet = false;
    std::string dry_run;                 ///< `RANKS` or `RANKS,RANK`; "" for a real run
    std::optional<double> dry_run_rate;  ///< of the sources on other ranks, spikes/s
    bool output_given = false;           ///< whether `options.output` is the user's wish
};

/// Exit status of a run that wrote a checkpoint since its time was over: queue it again.
inline constexpr int requeue_status = 85;

/// Collective. `engram run`. Returns the exit status.
int run(const Communicator& comm, RunRequest request);

/// Collective. Rank 0 writes what `--report` asked for.
void write_report(const Communicator& comm, const std::string& path, const std::string& json);

/// The tables that stand at the end of a run.
std::string memory_table(const MemoryReport& memory);
std::string time_table(const MemoryReport& memory, const TimeReport& times, int cores);
std::string json_report(const MemoryReport& memory, const TimeReport& times, int ranks,
                        int threads);

}  // namespace engram::command
