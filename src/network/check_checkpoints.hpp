// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "network/place.hpp"

namespace engram {

/// Notes what is wrong with when and how checkpoints are written; `resolution` in ms.
void check_checkpoints(const Place& place, const CheckpointOptions& options, double resolution);

}  // namespace engram
