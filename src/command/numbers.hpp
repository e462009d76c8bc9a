// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace engram::command {

inline constexpr double mebibyte = 1024.0 * 1024.0;

/// a / b, or 0 where there is nothing to divide by.
inline double ratio(double a, double b) { return b > 0.0 ? a / b : 0.0; }
inline double ratio(std::uint64_t a, std::uint64_t b) {
    return ratio(static_cast<double>(a), static_cast<double>(b));
}

}  // namespace engram::command
