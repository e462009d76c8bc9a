// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "core/random.hpp"

namespace engram {

/// Fills `out` with stream.below(first_bound), stream.below(first_bound + 1), and so on, faster.
void below_rising(RandomStream& stream, std::uint64_t first_bound, std::span<std::uint64_t> out);

}  // namespace engram
