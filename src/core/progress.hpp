// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace engram {

/// Tells a person how far a run is: a bar that stays on its line on a terminal, sparse lines in a
/// log. Writes to standard error. On one rank only.
class Progress {
public:
    /// `mode`: "bar", "lines", "none", or "auto" (a bar on a terminal, else lines). Times in ms of
    /// model time.
    Progress(const std::string& mode, double start, double end);

    /// Cheap; prints when it is time to.
    void update(double now);
    /// The last line.
    void finish(double now);

private:
    void print(double now, double wall);
    using Clock = std::chrono::steady_clock;

    bool bar_ = false, silent_ = true;
    double start_, end_;
    Clock::time_point began_ = Clock::now();
    double next_ = 0.0;  ///< s after the beginning
};

}  // namespace engram
