// SPDX-License-Identifier: Apache-2.0
#include "core/progress.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "core/duration.hpp"

namespace engram {

Progress::Progress(const std::string& mode, double start, double end) : start_(start), end_(end) {
    const bool terminal = isatty(STDERR_FILENO) != 0;
    silent_ = mode == "none";
    bar_ = mode == "bar" || (mode == "auto" && terminal);
}

void Progress::update(double now) {
    if (silent_) return;
    const double wall = std::chrono::duration<double>(Clock::now() - began_).count();
    if (wall < next_) return;
    // A log grows with the logarithm of the run's length at first, then by a line in ten minutes.
    constexpr double refresh = 0.1, first_line = 5.0, longest_wait = 600.0;
    if (bar_) next_ = wall + refresh;
    else if (next_ == 0.0) next_ = first_line;
    else next_ = wall + std::min(wall, longest_wait);
    if (bar_ || wall > 0.5 * first_line) print(now, wall);
}

void Progress::finish(double now) {
    if (silent_) return;
    print(now, std::chrono::duration<double>(Clock::now() - began_).count());
    if (bar_) std::fputc('\n', stderr);
}

void Progress::print(double now, double wall) {
    const double done = end_ > start_ ? (now - start_) / (end_ - start_) : 1.0;
    const double factor = now > start_ ? wall / ((now - start_) / 1000.0) : 0.0;
    std::string text;
    if (bar_) {
        constexpr int width = 30;
        const int full = static_cast<int>(done * width);
        text = fmt::format("\r[{:=<{}}{: <{}}] ", "", full, "", width - full);
    }
    text += fmt::format("{:.1f} / {:.1f} ms  {:3.0f} %  {:.3g} s per model s", now, end_,
                        100.0 * done, factor);
    if (now < end_ && done > 0.0)
        text += fmt::format("  {} left", duration_text(wall / done - wall));
    else text += fmt::format("  took {:.2f} s", wall);
    text += bar_ ? "   " : "\n";
    std::fputs(text.c_str(), stderr);
    std::fflush(stderr);
}

}  // namespace engram
