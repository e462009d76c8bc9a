// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "engram/communicator.hpp"

namespace engram::observe {

/// Ends a run in which a rank answers no more, and names that rank; otherwise the others would wait
/// for it for ever. A thread of each rank writes a sign of life to its place in a file that all
/// ranks see; those of the first ranks read them. A rank is judged by whether its sign changes, not
/// by the time it tells: clocks of nodes differ.
class Watchdog {
public:
    /// Collective. `folder`: where the file is; "" for no watch. `limit`: s without an answer; 0
    /// for no watch.
    Watchdog(const Communicator& comm, const std::string& folder, double limit);
    /// Local. Ends the thread. The file is removed by rank 0.
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    /// What the rank is doing. Local, by the thread that communicates; cheap.
    enum class Doing : std::uint32_t {
        other,    ///< builds, writes: may take any time, as long as the process lives
        interval  ///< calculates from one exchange to the next, or waits in it
    };
    void now_doing(Doing doing);

private:
    struct Sign;
    struct Seen;
    void watch(const std::stop_token& stop, double limit);
    void write_sign(std::uint64_t count) const;
    [[nodiscard]] std::vector<Sign> read_signs() const;
    [[nodiscard]] std::string verdict(std::vector<Seen>& seen, double limit) const;
    void abort(const std::string& verdict) const;

    Communicator comm_;
    std::string path_;
    int file_ = -1;
    std::atomic<std::uint64_t> doing_{0};  ///< what, and how often it changed
    std::jthread thread_;
};

}  // namespace engram::observe
