// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/random.hpp"

namespace engram {

/// A Poisson random number with this mean, 0 to 2^40: by inversion below 10, else by the ratio of
/// uniforms (core/rejection.hpp). The same on every processor.
std::uint64_t draw_poisson(RandomStream& random, double mean);

}  // namespace engram
