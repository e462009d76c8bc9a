// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/random.hpp"

namespace engram {

/// A hypergeometric random number: how many of `drawn` things are good that are taken out of `good`
/// and `bad` ones together without putting any back. Few are taken one by one, else by inversion
/// where few good ones are expected, else by the ratio of uniforms (core/rejection.hpp). The same
/// on every processor. drawn <= good + bad < 2^64.
std::uint64_t draw_hypergeometric(RandomStream& random, std::uint64_t good, std::uint64_t bad,
                                  std::uint64_t drawn);

}  // namespace engram
