// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "state/virtual_process.hpp"

namespace engram::step {

/// Moves the neurons to the end of step `t`, which is step `lag` of the interval; notes who spiked
/// and samples what multimeters want.
void update(VirtualProcess& vp, Step t, std::uint32_t lag);

}  // namespace engram::step
