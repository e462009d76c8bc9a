// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "network/place.hpp"

namespace engram {

/// Notes what is wrong with what rates a run may have; `resolution` in ms.
void check_guard(const Place& place, const GuardOptions& options, double resolution);

}  // namespace engram
