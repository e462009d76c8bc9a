// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace engram::checkpoint {

/// While one lives, SIGUSR1 and SIGTERM do not end the program but are noted: batch systems
/// announce with them that the time is over. One at a time in a program. Local to the rank.
class SignalWatch {
public:
    SignalWatch();
    ~SignalWatch();
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

    /// Whether SIGUSR1 came since the last call.
    bool take_checkpoint();
    /// Whether SIGTERM came.
    [[nodiscard]] bool stop() const;
};

}  // namespace engram::checkpoint
