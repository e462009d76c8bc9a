// SPDX-License-Identifier: Apache-2.0
#include "command/status.hpp"

#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>

#include <unistd.h>

#include "core/duration.hpp"
#include "parallel/collectives.hpp"
#include "observe/status.hpp"

namespace engram::command {

std::string status(const Communicator& comm, const std::string& folder) {
    std::string text;
    parallel::collectively(comm, [&] {
        if (comm.rank() == 0)
            text = observe::status_text(observe::read_status(folder), observe::clock_now());
    });
    return text;
}

void watch(const std::string& folder) {
    const bool terminal = isatty(STDOUT_FILENO) != 0;
    constexpr auto refresh = std::chrono::seconds(1);
    double shown = 0.0;
    // Once it was seen to change, its age is told by the clock here: that of the run may be
    // another.
    std::optional<std::chrono::steady_clock::time_point> changed;
    while (true) {
        const observe::Status status = observe::read_status(folder);
        const bool is_new = status.written != shown;
        if (is_new && shown != 0.0) changed = std::chrono::steady_clock::now();
        if (terminal || is_new) {
            const double now =
                changed ? status.written + seconds_since(*changed) : observe::clock_now();
            if (terminal) std::fputs("\x1b[H\x1b[J", stdout);
            std::fputs(observe::status_text(status, now).c_str(), stdout);
            std::fflush(stdout);
        }
        shown = status.written;
        if (status.state != "running" && status.state != "waiting") return;
        std::this_thread::sleep_for(refresh);
    }
}

}  // namespace engram::command
