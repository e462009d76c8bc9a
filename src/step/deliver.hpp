// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "state/virtual_process.hpp"

namespace engram::step {

/// Adds what arrives at step `t` to the input rows: first the synapses, in the calendar's order,
/// then the devices.
void deliver(VirtualProcess& vp, Step t);

/// Applies, at fixed steps, the pairings of sources that have been silent for so long that nothing
/// can change them any more: after that nobody asks for old post-synaptic spikes.
void settle(VirtualProcess& vp, Step t);

}  // namespace engram::step
