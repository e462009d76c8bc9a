// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

/// The status of a run, which rank 0 writes to `status.json` in the output folder from time to
/// time, and `engram status` reads. All functions are local.
namespace engram::observe {

struct Status {
    std::string state;    ///< running, waiting (between two calls of run()), done, requeue
                          ///< (checkpointed, to be queued again), failed
    std::string message;  ///< why it failed
    std::string network;  ///< the network file
    std::string host;     ///< of rank 0
    long pid = 0;         ///< of rank 0
    int ranks = 1, threads = 1;
    double written = 0.0;           ///< when, s since 1970
    double every = 0.0;             ///< s until the next is due
    double start = 0.0, end = 0.0;  ///< model time of this run, ms
    double now = 0.0;               ///< model time reached, ms
    double wall = 0.0;              ///< s since the simulation began
    double real_time_factor = 0.0;  ///< s per s of model time, since the status before
    std::optional<double> seconds_left;
    std::vector<std::pair<std::string, double>> rates;    ///< spikes/s of a neuron, likewise
    std::vector<std::pair<std::string, double>> weights;  ///< mean of each plastic projection
    std::optional<double> checkpoint;  ///< model time of the newest checkpoint, ms
    std::string checkpoint_written;    ///< when, UTC
};

/// Host and process.
Status status_of_this_process();

std::string status_path(const std::string& folder);

/// In place of the one before, which stays readable until then; on a full disk the last status of a
/// run is written over it. Throws nothing: a status that cannot be written is no reason to end a
/// run.
void write_status(const std::string& folder, Status status) noexcept;

/// Throws when there is none in the folder, or what is there is no status.
Status read_status(const std::string& folder);

/// For people, several lines. `now`: s since 1970, to tell how old it is.
std::string status_text(const Status& status, double now);

/// Seconds since 1970.
double clock_now();

}  // namespace engram::observe
