// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace engram {

/// A time as people write it: of the model (`500ms`), or by the clock on the wall.
struct Duration {
    double ms = 0.0;
    bool wall = false;
    bool operator==(const Duration&) const = default;
};

/// Reads `500ms` (model time), `90s`, `10min`, `1.5h`, `23h50m`, `1d12h` (wall time). Throws Error
/// for anything else, and for what is not positive.
Duration parse_duration(std::string_view text);

/// Wall time since then, s.
inline double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Wall time in words: `42 s`, `1:05 min`, `3:20 h`.
std::string duration_text(double seconds);

}  // namespace engram
